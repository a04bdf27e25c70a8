"""Loops and cycles of a listing, by hand."""

from benchmarks import gpu_model_device as device
from benchmarks.gpu_model_memory import loaded
from benchmarks.gpu_model_sass import cycles, instructions, loops, matrix_loops, unmasked

# As cuobjdump prints: a loop that waits out of line, with a mask behind a branch, within an outer loop.
LISTING = """
        /*0000*/                   LDC R1, c[0x0][0x28] ;                        /* 0x00000a00ff017b82 */
                                                                                 /* 0x000fe20000000800 */
        /*0010*/              @!P0 LDG.E.128 R4, desc[UR4][R2.64] ;              /* 0x0 */
        /*0020*/                   SYNCS.PHASECHK.TRANS64.TRYWAIT P1, [UR16], R17 ;  /* 0x0 */
        /*0030*/              @!P1 BRA 0x0110 ;                                  /* 0x0 */
        /*0040*/                   HGMMA.64x128x16.F32.BF16 R24, gdesc[UR24], R24, gsb0 ;  /* 0x0 */
        /*0050*/                   HGMMA.64x128x16.F32.BF16 R88, R152, gdesc[UR20].tnspB, R88 ;  /* 0x0 */
        /*0060*/                   BRA P2, 0x00a0 ;                              /* 0x0 */
        /*0070*/                   ISETP.GE.AND P3, PT, R5, R6, PT ;             /* 0x0 */
        /*0080*/                   FSEL R7, R7, -INF , P3 ;                      /* 0x0 */
        /*0090*/                   UMOV UR4, 0x1 ;                               /* 0x0 */
        /*00a0*/                   MUFU.EX2 R8, R9 ;                             /* 0x0 */
        /*00b0*/                   FFMA R8, R9, R10, -R11 ;                      /* 0x0 */
        /*00c0*/              @!P4 BRA 0x0020 ;                                  /* 0x0 */
        /*00d0*/                   STG.E.128 desc[UR4][R2.64], R4 ;              /* 0x0 */
        /*00e0*/               @P5 BRA 0x0010 ;                                  /* 0x0 */
        /*00f0*/                   EXIT ;                                        /* 0x0 */
        /*0110*/                   SYNCS.PHASECHK.TRANS64.TRYWAIT P1, [UR16], R17 ;  /* 0x0 */
        /*0120*/              @!P1 BRA 0x0110 ;                                  /* 0x0 */
        /*0130*/                   BRA 0x0040 ;                                  /* 0x0 */
"""


def test_the_innermost_loop_is_found_and_waits_behind_the_exit_are_none_of_it():
    assert [(loop[0].at, loop[-1].at) for loop in loops(LISTING)] == [(0x20, 0xC0), (0x110, 0x120)]
    assert [loop[0].at for loop in matrix_loops(LISTING)] == [0x20]
    assert len(instructions(LISTING)) == 19


def test_what_a_branch_passes_over_is_the_mask():
    (loop,) = matrix_loops(LISTING)
    assert [each.at for each in loop if each not in unmasked(loop)] == [0x70, 0x80, 0x90]


def test_cycles_of_each_pipe_are_those_by_hand():
    (loop,) = matrix_loops(LISTING)
    turn = cycles(loop, warps=8)  # two warp groups, 256 lanes
    assert turn.tensor == 2 * 2 * (2 * 64 * 128 * 16) / 4096 == 256
    assert turn.operands == 2 * (64 * 16 + 2 * 128 * 16) * 2 / 128  # the second has its rows in registers
    assert turn.special == 256 / 16
    assert turn.fp32 == 256 / 128
    assert turn.integer == 2 * 256 / 64
    assert turn.issue == 11 * 8 / 4
    assert turn.overlapped == 256 and turn.limit == "tensor"
    assert turn.serial == 256 + (16 + 2 + 8)
    assert cycles(unmasked(loop), 8).integer == 0


def test_loads_are_counted_by_width_and_where_they_stand():
    assert loaded(LISTING) == (16, 1.0)
    narrow = LISTING.replace("FFMA R8, R9, R10, -R11", "LDG.E.U16 R8, desc[UR4][R2.64]")
    assert loaded(narrow) == (16, 16 / 18)
    ahead = LISTING.replace("FFMA R8, R9, R10, -R11", "LDGSTS.E.BYPASS.128 [R8], desc[UR4][R2.64]")
    assert loaded(ahead, stages=4) == (48, 1.0)


def test_the_tensor_cores_rate_is_the_vendors_peak():
    assert abs(device.TENSOR * device.SMS * device.CLOCK / device.PEAK - 1) < 1e-3


def test_programs_on_an_sm_are_limited_by_what_runs_out_first():
    assert device.programs(32, 8, 0) == 8  # 64 warps
    assert device.programs(128, 8, 0) == 2  # 65,536 registers
    assert device.programs(129, 8, 0) == 1  # given out eight a thread
    assert device.programs(64, 4, 100 * 1024) == 2  # shared memory
    assert device.programs(16, 1, 0) == 32
    assert device.occupancy(128, 8, 0) == 0.25
