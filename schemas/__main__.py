"""`python -m schemas`: print the page of contracts."""

from schemas.page import page

if __name__ == "__main__":
    print(page(), end="")
