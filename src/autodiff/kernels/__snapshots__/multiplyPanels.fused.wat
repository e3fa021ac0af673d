(module
  (import "env" "memory" (memory 1 65536 shared))
  (func $multiplyPanels (param i32 i32 i32 i32 i32 i32 i32 i32 i32)
    (local i32 i32 i32 i32 i32 i32 i32 i32 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 i32 i32 i32 i32 i32)
    block
      loop
        local.get 10
        local.get 1
        i32.ge_u
        br_if 1
        local.get 1
        local.get 10
        i32.sub
        local.tee 13
        i32.const 16
        local.get 13
        i32.const 16
        i32.lt_u
        select
        local.set 13
        i32.const 0
        local.set 9
        local.get 5
        local.get 10
        i32.const 4
        i32.mul
        i32.add
        local.set 11
        block
          loop
            local.get 9
            local.get 0
            i32.ge_u
            br_if 1
            local.get 0
            local.get 9
            i32.sub
            local.tee 12
            i32.const 2
            local.get 12
            i32.const 2
            i32.lt_u
            select
            local.set 12
            local.get 9
            i32.const -4
            i32.and
            local.get 2
            i32.mul
            local.get 9
            i32.const 3
            i32.and
            i32.add
            i32.const 4
            i32.mul
            local.get 3
            i32.add
            local.set 14
            local.get 2
            i32.const 16
            i32.mul
            local.get 14
            i32.add
            local.set 16
            local.get 4
            local.set 15
            v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
            local.set 17
            v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
            local.set 18
            v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
            local.set 19
            v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
            local.set 20
            v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
            local.set 21
            v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
            local.set 22
            v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
            local.set 23
            v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
            local.set 24
            block
              loop
                local.get 15
                v128.load
                local.set 26
                local.get 15
                v128.load offset=16
                local.set 27
                local.get 15
                v128.load offset=32
                local.set 28
                local.get 15
                v128.load offset=48
                local.set 29
                local.get 14
                v128.load32_splat
                local.set 25
                local.get 25
                local.get 26
                local.get 17
                f32x4.relaxed_madd
                local.set 17
                local.get 25
                local.get 27
                local.get 18
                f32x4.relaxed_madd
                local.set 18
                local.get 25
                local.get 28
                local.get 19
                f32x4.relaxed_madd
                local.set 19
                local.get 25
                local.get 29
                local.get 20
                f32x4.relaxed_madd
                local.set 20
                local.get 14
                v128.load32_splat offset=4
                local.set 25
                local.get 25
                local.get 26
                local.get 21
                f32x4.relaxed_madd
                local.set 21
                local.get 25
                local.get 27
                local.get 22
                f32x4.relaxed_madd
                local.set 22
                local.get 25
                local.get 28
                local.get 23
                f32x4.relaxed_madd
                local.set 23
                local.get 25
                local.get 29
                local.get 24
                f32x4.relaxed_madd
                local.set 24
                local.get 14
                i32.const 16
                i32.add
                local.set 14
                local.get 14
                local.get 16
                i32.ge_u
                br_if 1
                local.get 15
                v128.load offset=64
                local.set 26
                local.get 15
                v128.load offset=80
                local.set 27
                local.get 15
                v128.load offset=96
                local.set 28
                local.get 15
                v128.load offset=112
                local.set 29
                local.get 14
                v128.load32_splat
                local.set 25
                local.get 25
                local.get 26
                local.get 17
                f32x4.relaxed_madd
                local.set 17
                local.get 25
                local.get 27
                local.get 18
                f32x4.relaxed_madd
                local.set 18
                local.get 25
                local.get 28
                local.get 19
                f32x4.relaxed_madd
                local.set 19
                local.get 25
                local.get 29
                local.get 20
                f32x4.relaxed_madd
                local.set 20
                local.get 14
                v128.load32_splat offset=4
                local.set 25
                local.get 25
                local.get 26
                local.get 21
                f32x4.relaxed_madd
                local.set 21
                local.get 25
                local.get 27
                local.get 22
                f32x4.relaxed_madd
                local.set 22
                local.get 25
                local.get 28
                local.get 23
                f32x4.relaxed_madd
                local.set 23
                local.get 25
                local.get 29
                local.get 24
                f32x4.relaxed_madd
                local.set 24
                local.get 14
                i32.const 16
                i32.add
                local.set 14
                local.get 14
                local.get 16
                i32.ge_u
                br_if 1
                local.get 15
                v128.load offset=128
                local.set 26
                local.get 15
                v128.load offset=144
                local.set 27
                local.get 15
                v128.load offset=160
                local.set 28
                local.get 15
                v128.load offset=176
                local.set 29
                local.get 14
                v128.load32_splat
                local.set 25
                local.get 25
                local.get 26
                local.get 17
                f32x4.relaxed_madd
                local.set 17
                local.get 25
                local.get 27
                local.get 18
                f32x4.relaxed_madd
                local.set 18
                local.get 25
                local.get 28
                local.get 19
                f32x4.relaxed_madd
                local.set 19
                local.get 25
                local.get 29
                local.get 20
                f32x4.relaxed_madd
                local.set 20
                local.get 14
                v128.load32_splat offset=4
                local.set 25
                local.get 25
                local.get 26
                local.get 21
                f32x4.relaxed_madd
                local.set 21
                local.get 25
                local.get 27
                local.get 22
                f32x4.relaxed_madd
                local.set 22
                local.get 25
                local.get 28
                local.get 23
                f32x4.relaxed_madd
                local.set 23
                local.get 25
                local.get 29
                local.get 24
                f32x4.relaxed_madd
                local.set 24
                local.get 14
                i32.const 16
                i32.add
                local.set 14
                local.get 14
                local.get 16
                i32.ge_u
                br_if 1
                local.get 15
                v128.load offset=192
                local.set 26
                local.get 15
                v128.load offset=208
                local.set 27
                local.get 15
                v128.load offset=224
                local.set 28
                local.get 15
                v128.load offset=240
                local.set 29
                local.get 14
                v128.load32_splat
                local.set 25
                local.get 25
                local.get 26
                local.get 17
                f32x4.relaxed_madd
                local.set 17
                local.get 25
                local.get 27
                local.get 18
                f32x4.relaxed_madd
                local.set 18
                local.get 25
                local.get 28
                local.get 19
                f32x4.relaxed_madd
                local.set 19
                local.get 25
                local.get 29
                local.get 20
                f32x4.relaxed_madd
                local.set 20
                local.get 14
                v128.load32_splat offset=4
                local.set 25
                local.get 25
                local.get 26
                local.get 21
                f32x4.relaxed_madd
                local.set 21
                local.get 25
                local.get 27
                local.get 22
                f32x4.relaxed_madd
                local.set 22
                local.get 25
                local.get 28
                local.get 23
                f32x4.relaxed_madd
                local.set 23
                local.get 25
                local.get 29
                local.get 24
                f32x4.relaxed_madd
                local.set 24
                local.get 14
                i32.const 16
                i32.add
                local.set 14
                local.get 14
                local.get 16
                i32.ge_u
                br_if 1
                local.get 15
                v128.load offset=256
                local.set 26
                local.get 15
                v128.load offset=272
                local.set 27
                local.get 15
                v128.load offset=288
                local.set 28
                local.get 15
                v128.load offset=304
                local.set 29
                local.get 14
                v128.load32_splat
                local.set 25
                local.get 25
                local.get 26
                local.get 17
                f32x4.relaxed_madd
                local.set 17
                local.get 25
                local.get 27
                local.get 18
                f32x4.relaxed_madd
                local.set 18
                local.get 25
                local.get 28
                local.get 19
                f32x4.relaxed_madd
                local.set 19
                local.get 25
                local.get 29
                local.get 20
                f32x4.relaxed_madd
                local.set 20
                local.get 14
                v128.load32_splat offset=4
                local.set 25
                local.get 25
                local.get 26
                local.get 21
                f32x4.relaxed_madd
                local.set 21
                local.get 25
                local.get 27
                local.get 22
                f32x4.relaxed_madd
                local.set 22
                local.get 25
                local.get 28
                local.get 23
                f32x4.relaxed_madd
                local.set 23
                local.get 25
                local.get 29
                local.get 24
                f32x4.relaxed_madd
                local.set 24
                local.get 14
                i32.const 16
                i32.add
                local.set 14
                local.get 14
                local.get 16
                i32.ge_u
                br_if 1
                local.get 15
                v128.load offset=320
                local.set 26
                local.get 15
                v128.load offset=336
                local.set 27
                local.get 15
                v128.load offset=352
                local.set 28
                local.get 15
                v128.load offset=368
                local.set 29
                local.get 14
                v128.load32_splat
                local.set 25
                local.get 25
                local.get 26
                local.get 17
                f32x4.relaxed_madd
                local.set 17
                local.get 25
                local.get 27
                local.get 18
                f32x4.relaxed_madd
                local.set 18
                local.get 25
                local.get 28
                local.get 19
                f32x4.relaxed_madd
                local.set 19
                local.get 25
                local.get 29
                local.get 20
                f32x4.relaxed_madd
                local.set 20
                local.get 14
                v128.load32_splat offset=4
                local.set 25
                local.get 25
                local.get 26
                local.get 21
                f32x4.relaxed_madd
                local.set 21
                local.get 25
                local.get 27
                local.get 22
                f32x4.relaxed_madd
                local.set 22
                local.get 25
                local.get 28
                local.get 23
                f32x4.relaxed_madd
                local.set 23
                local.get 25
                local.get 29
                local.get 24
                f32x4.relaxed_madd
                local.set 24
                local.get 14
                i32.const 16
                i32.add
                local.set 14
                local.get 14
                local.get 16
                i32.ge_u
                br_if 1
                local.get 15
                v128.load offset=384
                local.set 26
                local.get 15
                v128.load offset=400
                local.set 27
                local.get 15
                v128.load offset=416
                local.set 28
                local.get 15
                v128.load offset=432
                local.set 29
                local.get 14
                v128.load32_splat
                local.set 25
                local.get 25
                local.get 26
                local.get 17
                f32x4.relaxed_madd
                local.set 17
                local.get 25
                local.get 27
                local.get 18
                f32x4.relaxed_madd
                local.set 18
                local.get 25
                local.get 28
                local.get 19
                f32x4.relaxed_madd
                local.set 19
                local.get 25
                local.get 29
                local.get 20
                f32x4.relaxed_madd
                local.set 20
                local.get 14
                v128.load32_splat offset=4
                local.set 25
                local.get 25
                local.get 26
                local.get 21
                f32x4.relaxed_madd
                local.set 21
                local.get 25
                local.get 27
                local.get 22
                f32x4.relaxed_madd
                local.set 22
                local.get 25
                local.get 28
                local.get 23
                f32x4.relaxed_madd
                local.set 23
                local.get 25
                local.get 29
                local.get 24
                f32x4.relaxed_madd
                local.set 24
                local.get 14
                i32.const 16
                i32.add
                local.set 14
                local.get 14
                local.get 16
                i32.ge_u
                br_if 1
                local.get 15
                v128.load offset=448
                local.set 26
                local.get 15
                v128.load offset=464
                local.set 27
                local.get 15
                v128.load offset=480
                local.set 28
                local.get 15
                v128.load offset=496
                local.set 29
                local.get 14
                v128.load32_splat
                local.set 25
                local.get 25
                local.get 26
                local.get 17
                f32x4.relaxed_madd
                local.set 17
                local.get 25
                local.get 27
                local.get 18
                f32x4.relaxed_madd
                local.set 18
                local.get 25
                local.get 28
                local.get 19
                f32x4.relaxed_madd
                local.set 19
                local.get 25
                local.get 29
                local.get 20
                f32x4.relaxed_madd
                local.set 20
                local.get 14
                v128.load32_splat offset=4
                local.set 25
                local.get 25
                local.get 26
                local.get 21
                f32x4.relaxed_madd
                local.set 21
                local.get 25
                local.get 27
                local.get 22
                f32x4.relaxed_madd
                local.set 22
                local.get 25
                local.get 28
                local.get 23
                f32x4.relaxed_madd
                local.set 23
                local.get 25
                local.get 29
                local.get 24
                f32x4.relaxed_madd
                local.set 24
                local.get 14
                i32.const 16
                i32.add
                local.set 14
                local.get 14
                local.get 16
                i32.ge_u
                br_if 1
                local.get 15
                v128.load offset=512
                local.set 26
                local.get 15
                v128.load offset=528
                local.set 27
                local.get 15
                v128.load offset=544
                local.set 28
                local.get 15
                v128.load offset=560
                local.set 29
                local.get 14
                v128.load32_splat
                local.set 25
                local.get 25
                local.get 26
                local.get 17
                f32x4.relaxed_madd
                local.set 17
                local.get 25
                local.get 27
                local.get 18
                f32x4.relaxed_madd
                local.set 18
                local.get 25
                local.get 28
                local.get 19
                f32x4.relaxed_madd
                local.set 19
                local.get 25
                local.get 29
                local.get 20
                f32x4.relaxed_madd
                local.set 20
                local.get 14
                v128.load32_splat offset=4
                local.set 25
                local.get 25
                local.get 26
                local.get 21
                f32x4.relaxed_madd
                local.set 21
                local.get 25
                local.get 27
                local.get 22
                f32x4.relaxed_madd
                local.set 22
                local.get 25
                local.get 28
                local.get 23
                f32x4.relaxed_madd
                local.set 23
                local.get 25
                local.get 29
                local.get 24
                f32x4.relaxed_madd
                local.set 24
                local.get 14
                i32.const 16
                i32.add
                local.set 14
                local.get 14
                local.get 16
                i32.ge_u
                br_if 1
                local.get 15
                v128.load offset=576
                local.set 26
                local.get 15
                v128.load offset=592
                local.set 27
                local.get 15
                v128.load offset=608
                local.set 28
                local.get 15
                v128.load offset=624
                local.set 29
                local.get 14
                v128.load32_splat
                local.set 25
                local.get 25
                local.get 26
                local.get 17
                f32x4.relaxed_madd
                local.set 17
                local.get 25
                local.get 27
                local.get 18
                f32x4.relaxed_madd
                local.set 18
                local.get 25
                local.get 28
                local.get 19
                f32x4.relaxed_madd
                local.set 19
                local.get 25
                local.get 29
                local.get 20
                f32x4.relaxed_madd
                local.set 20
                local.get 14
                v128.load32_splat offset=4
                local.set 25
                local.get 25
                local.get 26
                local.get 21
                f32x4.relaxed_madd
                local.set 21
                local.get 25
                local.get 27
                local.get 22
                f32x4.relaxed_madd
                local.set 22
                local.get 25
                local.get 28
                local.get 23
                f32x4.relaxed_madd
                local.set 23
                local.get 25
                local.get 29
                local.get 24
                f32x4.relaxed_madd
                local.set 24
                local.get 14
                i32.const 16
                i32.add
                local.set 14
                local.get 14
                local.get 16
                i32.ge_u
                br_if 1
                local.get 15
                v128.load offset=640
                local.set 26
                local.get 15
                v128.load offset=656
                local.set 27
                local.get 15
                v128.load offset=672
                local.set 28
                local.get 15
                v128.load offset=688
                local.set 29
                local.get 14
                v128.load32_splat
                local.set 25
                local.get 25
                local.get 26
                local.get 17
                f32x4.relaxed_madd
                local.set 17
                local.get 25
                local.get 27
                local.get 18
                f32x4.relaxed_madd
                local.set 18
                local.get 25
                local.get 28
                local.get 19
                f32x4.relaxed_madd
                local.set 19
                local.get 25
                local.get 29
                local.get 20
                f32x4.relaxed_madd
                local.set 20
                local.get 14
                v128.load32_splat offset=4
                local.set 25
                local.get 25
                local.get 26
                local.get 21
                f32x4.relaxed_madd
                local.set 21
                local.get 25
                local.get 27
                local.get 22
                f32x4.relaxed_madd
                local.set 22
                local.get 25
                local.get 28
                local.get 23
                f32x4.relaxed_madd
                local.set 23
                local.get 25
                local.get 29
                local.get 24
                f32x4.relaxed_madd
                local.set 24
                local.get 14
                i32.const 16
                i32.add
                local.set 14
                local.get 14
                local.get 16
                i32.ge_u
                br_if 1
                local.get 15
                v128.load offset=704
                local.set 26
                local.get 15
                v128.load offset=720
                local.set 27
                local.get 15
                v128.load offset=736
                local.set 28
                local.get 15
                v128.load offset=752
                local.set 29
                local.get 14
                v128.load32_splat
                local.set 25
                local.get 25
                local.get 26
                local.get 17
                f32x4.relaxed_madd
                local.set 17
                local.get 25
                local.get 27
                local.get 18
                f32x4.relaxed_madd
                local.set 18
                local.get 25
                local.get 28
                local.get 19
                f32x4.relaxed_madd
                local.set 19
                local.get 25
                local.get 29
                local.get 20
                f32x4.relaxed_madd
                local.set 20
                local.get 14
                v128.load32_splat offset=4
                local.set 25
                local.get 25
                local.get 26
                local.get 21
                f32x4.relaxed_madd
                local.set 21
                local.get 25
                local.get 27
                local.get 22
                f32x4.relaxed_madd
                local.set 22
                local.get 25
                local.get 28
                local.get 23
                f32x4.relaxed_madd
                local.set 23
                local.get 25
                local.get 29
                local.get 24
                f32x4.relaxed_madd
                local.set 24
                local.get 14
                i32.const 16
                i32.add
                local.set 14
                local.get 14
                local.get 16
                i32.ge_u
                br_if 1
                local.get 15
                v128.load offset=768
                local.set 26
                local.get 15
                v128.load offset=784
                local.set 27
                local.get 15
                v128.load offset=800
                local.set 28
                local.get 15
                v128.load offset=816
                local.set 29
                local.get 14
                v128.load32_splat
                local.set 25
                local.get 25
                local.get 26
                local.get 17
                f32x4.relaxed_madd
                local.set 17
                local.get 25
                local.get 27
                local.get 18
                f32x4.relaxed_madd
                local.set 18
                local.get 25
                local.get 28
                local.get 19
                f32x4.relaxed_madd
                local.set 19
                local.get 25
                local.get 29
                local.get 20
                f32x4.relaxed_madd
                local.set 20
                local.get 14
                v128.load32_splat offset=4
                local.set 25
                local.get 25
                local.get 26
                local.get 21
                f32x4.relaxed_madd
                local.set 21
                local.get 25
                local.get 27
                local.get 22
                f32x4.relaxed_madd
                local.set 22
                local.get 25
                local.get 28
                local.get 23
                f32x4.relaxed_madd
                local.set 23
                local.get 25
                local.get 29
                local.get 24
                f32x4.relaxed_madd
                local.set 24
                local.get 14
                i32.const 16
                i32.add
                local.set 14
                local.get 14
                local.get 16
                i32.ge_u
                br_if 1
                local.get 15
                v128.load offset=832
                local.set 26
                local.get 15
                v128.load offset=848
                local.set 27
                local.get 15
                v128.load offset=864
                local.set 28
                local.get 15
                v128.load offset=880
                local.set 29
                local.get 14
                v128.load32_splat
                local.set 25
                local.get 25
                local.get 26
                local.get 17
                f32x4.relaxed_madd
                local.set 17
                local.get 25
                local.get 27
                local.get 18
                f32x4.relaxed_madd
                local.set 18
                local.get 25
                local.get 28
                local.get 19
                f32x4.relaxed_madd
                local.set 19
                local.get 25
                local.get 29
                local.get 20
                f32x4.relaxed_madd
                local.set 20
                local.get 14
                v128.load32_splat offset=4
                local.set 25
                local.get 25
                local.get 26
                local.get 21
                f32x4.relaxed_madd
                local.set 21
                local.get 25
                local.get 27
                local.get 22
                f32x4.relaxed_madd
                local.set 22
                local.get 25
                local.get 28
                local.get 23
                f32x4.relaxed_madd
                local.set 23
                local.get 25
                local.get 29
                local.get 24
                f32x4.relaxed_madd
                local.set 24
                local.get 14
                i32.const 16
                i32.add
                local.set 14
                local.get 14
                local.get 16
                i32.ge_u
                br_if 1
                local.get 15
                v128.load offset=896
                local.set 26
                local.get 15
                v128.load offset=912
                local.set 27
                local.get 15
                v128.load offset=928
                local.set 28
                local.get 15
                v128.load offset=944
                local.set 29
                local.get 14
                v128.load32_splat
                local.set 25
                local.get 25
                local.get 26
                local.get 17
                f32x4.relaxed_madd
                local.set 17
                local.get 25
                local.get 27
                local.get 18
                f32x4.relaxed_madd
                local.set 18
                local.get 25
                local.get 28
                local.get 19
                f32x4.relaxed_madd
                local.set 19
                local.get 25
                local.get 29
                local.get 20
                f32x4.relaxed_madd
                local.set 20
                local.get 14
                v128.load32_splat offset=4
                local.set 25
                local.get 25
                local.get 26
                local.get 21
                f32x4.relaxed_madd
                local.set 21
                local.get 25
                local.get 27
                local.get 22
                f32x4.relaxed_madd
                local.set 22
                local.get 25
                local.get 28
                local.get 23
                f32x4.relaxed_madd
                local.set 23
                local.get 25
                local.get 29
                local.get 24
                f32x4.relaxed_madd
                local.set 24
                local.get 14
                i32.const 16
                i32.add
                local.set 14
                local.get 14
                local.get 16
                i32.ge_u
                br_if 1
                local.get 15
                v128.load offset=960
                local.set 26
                local.get 15
                v128.load offset=976
                local.set 27
                local.get 15
                v128.load offset=992
                local.set 28
                local.get 15
                v128.load offset=1008
                local.set 29
                local.get 14
                v128.load32_splat
                local.set 25
                local.get 25
                local.get 26
                local.get 17
                f32x4.relaxed_madd
                local.set 17
                local.get 25
                local.get 27
                local.get 18
                f32x4.relaxed_madd
                local.set 18
                local.get 25
                local.get 28
                local.get 19
                f32x4.relaxed_madd
                local.set 19
                local.get 25
                local.get 29
                local.get 20
                f32x4.relaxed_madd
                local.set 20
                local.get 14
                v128.load32_splat offset=4
                local.set 25
                local.get 25
                local.get 26
                local.get 21
                f32x4.relaxed_madd
                local.set 21
                local.get 25
                local.get 27
                local.get 22
                f32x4.relaxed_madd
                local.set 22
                local.get 25
                local.get 28
                local.get 23
                f32x4.relaxed_madd
                local.set 23
                local.get 25
                local.get 29
                local.get 24
                f32x4.relaxed_madd
                local.set 24
                local.get 14
                i32.const 16
                i32.add
                local.set 14
                local.get 15
                i32.const 1024
                i32.add
                local.set 15
                local.get 14
                local.get 16
                i32.lt_u
                br_if 0
              end
            end
            local.get 12
            i32.const 2
            i32.eq
            local.get 13
            i32.const 16
            i32.eq
            i32.and
            if
              local.get 7
              if
                local.get 11
                local.set 30
                local.get 30
                v128.load offset=48
                local.get 20
                f32x4.add
                local.set 20
                local.get 30
                v128.load offset=32
                local.get 19
                f32x4.add
                local.set 19
                local.get 30
                v128.load offset=16
                local.get 18
                f32x4.add
                local.set 18
                local.get 30
                v128.load
                local.get 17
                f32x4.add
                local.set 17
                local.get 30
                local.get 6
                i32.add
                local.set 30
                local.get 30
                v128.load offset=48
                local.get 24
                f32x4.add
                local.set 24
                local.get 30
                v128.load offset=32
                local.get 23
                f32x4.add
                local.set 23
                local.get 30
                v128.load offset=16
                local.get 22
                f32x4.add
                local.set 22
                local.get 30
                v128.load
                local.get 21
                f32x4.add
                local.set 21
                local.get 30
                local.get 6
                i32.add
                local.set 30
              end
              local.get 11
              local.set 30
              local.get 30
              local.get 20
              v128.store offset=48
              local.get 30
              local.get 19
              v128.store offset=32
              local.get 30
              local.get 18
              v128.store offset=16
              local.get 30
              local.get 17
              v128.store
              local.get 30
              local.get 6
              i32.add
              local.set 30
              local.get 30
              local.get 24
              v128.store offset=48
              local.get 30
              local.get 23
              v128.store offset=32
              local.get 30
              local.get 22
              v128.store offset=16
              local.get 30
              local.get 21
              v128.store
              local.get 30
              local.get 6
              i32.add
              local.set 30
            else
              local.get 8
              local.get 17
              v128.store
              local.get 8
              local.get 18
              v128.store offset=16
              local.get 8
              local.get 19
              v128.store offset=32
              local.get 8
              local.get 20
              v128.store offset=48
              local.get 8
              local.get 21
              v128.store offset=64
              local.get 8
              local.get 22
              v128.store offset=80
              local.get 8
              local.get 23
              v128.store offset=96
              local.get 8
              local.get 24
              v128.store offset=112
              local.get 11
              local.set 30
              i32.const 0
              local.set 31
              block
                loop
                  local.get 31
                  local.get 12
                  i32.ge_u
                  br_if 1
                  local.get 8
                  local.get 31
                  i32.const 64
                  i32.mul
                  i32.add
                  local.set 33
                  local.get 30
                  local.set 34
                  i32.const 0
                  local.set 32
                  block
                    loop
                      local.get 32
                      local.get 13
                      i32.ge_u
                      br_if 1
                      local.get 34
                      local.get 33
                      f32.load
                      local.get 34
                      f32.load
                      f32.const 0
                      local.get 7
                      select
                      f32.add
                      f32.store
                      local.get 33
                      i32.const 4
                      i32.add
                      local.set 33
                      local.get 34
                      i32.const 4
                      i32.add
                      local.set 34
                      local.get 32
                      i32.const 1
                      i32.add
                      local.set 32
                      br 0
                    end
                  end
                  local.get 30
                  local.get 6
                  i32.add
                  local.set 30
                  local.get 31
                  i32.const 1
                  i32.add
                  local.set 31
                  br 0
                end
              end
            end
            local.get 6
            i32.const 2
            i32.mul
            local.get 11
            i32.add
            local.set 11
            local.get 9
            i32.const 2
            i32.add
            local.set 9
            br 0
          end
        end
        local.get 2
        i32.const 64
        i32.mul
        local.get 4
        i32.add
        local.set 4
        local.get 10
        i32.const 16
        i32.add
        local.set 10
        br 0
      end
    end
  )
)
