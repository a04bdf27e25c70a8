"""Algorithm 1 of Dahlgaard, Knudsen and Thorup (2017), in plain Python, with the hash functions of the kernel."""

WORD = 2**64 - 1
GOLDEN = 0x9E3779B97F4A7C15


def sketch(elements: set[int], values: int, seed: int) -> list[int]:
    """Names of what lies in the bins at the end."""
    bins: list[tuple[int, int] | None] = [None] * values
    for number in range(2 * values):
        if all(bins):
            break
        for element in elements:
            h = hashed(element, number, seed)
            chosen = (h >> 32) * values >> 32 if number < values else number - values
            least = (number, h % 2**40)
            bins[chosen] = min(bins[chosen] or least, least)
    return [mix(number << 40 | least) % 2**32 for number, least in bins]


def hashed(element: int, number: int, seed: int) -> int:
    salt = mix(mix(seed) + (number + 1) * GOLDEN & WORD)
    product = (element ^ salt) * (salt * GOLDEN & WORD | 1)
    return product >> 64 ^ product & WORD


def mix(h: int) -> int:
    """MurmurHash3's finaliser."""
    h = (h ^ h >> 33) * 0xFF51AFD7ED558CCD & WORD
    h = (h ^ h >> 33) * 0xC4CEB9FE1A85EC53 & WORD
    return h ^ h >> 33
