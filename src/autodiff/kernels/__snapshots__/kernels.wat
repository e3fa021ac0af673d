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
                local.get 17
                local.get 25
                local.get 26
                f32x4.mul
                f32x4.add
                local.set 17
                local.get 18
                local.get 25
                local.get 27
                f32x4.mul
                f32x4.add
                local.set 18
                local.get 19
                local.get 25
                local.get 28
                f32x4.mul
                f32x4.add
                local.set 19
                local.get 20
                local.get 25
                local.get 29
                f32x4.mul
                f32x4.add
                local.set 20
                local.get 14
                v128.load32_splat offset=4
                local.set 25
                local.get 21
                local.get 25
                local.get 26
                f32x4.mul
                f32x4.add
                local.set 21
                local.get 22
                local.get 25
                local.get 27
                f32x4.mul
                f32x4.add
                local.set 22
                local.get 23
                local.get 25
                local.get 28
                f32x4.mul
                f32x4.add
                local.set 23
                local.get 24
                local.get 25
                local.get 29
                f32x4.mul
                f32x4.add
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
                local.get 17
                local.get 25
                local.get 26
                f32x4.mul
                f32x4.add
                local.set 17
                local.get 18
                local.get 25
                local.get 27
                f32x4.mul
                f32x4.add
                local.set 18
                local.get 19
                local.get 25
                local.get 28
                f32x4.mul
                f32x4.add
                local.set 19
                local.get 20
                local.get 25
                local.get 29
                f32x4.mul
                f32x4.add
                local.set 20
                local.get 14
                v128.load32_splat offset=4
                local.set 25
                local.get 21
                local.get 25
                local.get 26
                f32x4.mul
                f32x4.add
                local.set 21
                local.get 22
                local.get 25
                local.get 27
                f32x4.mul
                f32x4.add
                local.set 22
                local.get 23
                local.get 25
                local.get 28
                f32x4.mul
                f32x4.add
                local.set 23
                local.get 24
                local.get 25
                local.get 29
                f32x4.mul
                f32x4.add
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
                local.get 17
                local.get 25
                local.get 26
                f32x4.mul
                f32x4.add
                local.set 17
                local.get 18
                local.get 25
                local.get 27
                f32x4.mul
                f32x4.add
                local.set 18
                local.get 19
                local.get 25
                local.get 28
                f32x4.mul
                f32x4.add
                local.set 19
                local.get 20
                local.get 25
                local.get 29
                f32x4.mul
                f32x4.add
                local.set 20
                local.get 14
                v128.load32_splat offset=4
                local.set 25
                local.get 21
                local.get 25
                local.get 26
                f32x4.mul
                f32x4.add
                local.set 21
                local.get 22
                local.get 25
                local.get 27
                f32x4.mul
                f32x4.add
                local.set 22
                local.get 23
                local.get 25
                local.get 28
                f32x4.mul
                f32x4.add
                local.set 23
                local.get 24
                local.get 25
                local.get 29
                f32x4.mul
                f32x4.add
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
                local.get 17
                local.get 25
                local.get 26
                f32x4.mul
                f32x4.add
                local.set 17
                local.get 18
                local.get 25
                local.get 27
                f32x4.mul
                f32x4.add
                local.set 18
                local.get 19
                local.get 25
                local.get 28
                f32x4.mul
                f32x4.add
                local.set 19
                local.get 20
                local.get 25
                local.get 29
                f32x4.mul
                f32x4.add
                local.set 20
                local.get 14
                v128.load32_splat offset=4
                local.set 25
                local.get 21
                local.get 25
                local.get 26
                f32x4.mul
                f32x4.add
                local.set 21
                local.get 22
                local.get 25
                local.get 27
                f32x4.mul
                f32x4.add
                local.set 22
                local.get 23
                local.get 25
                local.get 28
                f32x4.mul
                f32x4.add
                local.set 23
                local.get 24
                local.get 25
                local.get 29
                f32x4.mul
                f32x4.add
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
                local.get 17
                local.get 25
                local.get 26
                f32x4.mul
                f32x4.add
                local.set 17
                local.get 18
                local.get 25
                local.get 27
                f32x4.mul
                f32x4.add
                local.set 18
                local.get 19
                local.get 25
                local.get 28
                f32x4.mul
                f32x4.add
                local.set 19
                local.get 20
                local.get 25
                local.get 29
                f32x4.mul
                f32x4.add
                local.set 20
                local.get 14
                v128.load32_splat offset=4
                local.set 25
                local.get 21
                local.get 25
                local.get 26
                f32x4.mul
                f32x4.add
                local.set 21
                local.get 22
                local.get 25
                local.get 27
                f32x4.mul
                f32x4.add
                local.set 22
                local.get 23
                local.get 25
                local.get 28
                f32x4.mul
                f32x4.add
                local.set 23
                local.get 24
                local.get 25
                local.get 29
                f32x4.mul
                f32x4.add
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
                local.get 17
                local.get 25
                local.get 26
                f32x4.mul
                f32x4.add
                local.set 17
                local.get 18
                local.get 25
                local.get 27
                f32x4.mul
                f32x4.add
                local.set 18
                local.get 19
                local.get 25
                local.get 28
                f32x4.mul
                f32x4.add
                local.set 19
                local.get 20
                local.get 25
                local.get 29
                f32x4.mul
                f32x4.add
                local.set 20
                local.get 14
                v128.load32_splat offset=4
                local.set 25
                local.get 21
                local.get 25
                local.get 26
                f32x4.mul
                f32x4.add
                local.set 21
                local.get 22
                local.get 25
                local.get 27
                f32x4.mul
                f32x4.add
                local.set 22
                local.get 23
                local.get 25
                local.get 28
                f32x4.mul
                f32x4.add
                local.set 23
                local.get 24
                local.get 25
                local.get 29
                f32x4.mul
                f32x4.add
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
                local.get 17
                local.get 25
                local.get 26
                f32x4.mul
                f32x4.add
                local.set 17
                local.get 18
                local.get 25
                local.get 27
                f32x4.mul
                f32x4.add
                local.set 18
                local.get 19
                local.get 25
                local.get 28
                f32x4.mul
                f32x4.add
                local.set 19
                local.get 20
                local.get 25
                local.get 29
                f32x4.mul
                f32x4.add
                local.set 20
                local.get 14
                v128.load32_splat offset=4
                local.set 25
                local.get 21
                local.get 25
                local.get 26
                f32x4.mul
                f32x4.add
                local.set 21
                local.get 22
                local.get 25
                local.get 27
                f32x4.mul
                f32x4.add
                local.set 22
                local.get 23
                local.get 25
                local.get 28
                f32x4.mul
                f32x4.add
                local.set 23
                local.get 24
                local.get 25
                local.get 29
                f32x4.mul
                f32x4.add
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
                local.get 17
                local.get 25
                local.get 26
                f32x4.mul
                f32x4.add
                local.set 17
                local.get 18
                local.get 25
                local.get 27
                f32x4.mul
                f32x4.add
                local.set 18
                local.get 19
                local.get 25
                local.get 28
                f32x4.mul
                f32x4.add
                local.set 19
                local.get 20
                local.get 25
                local.get 29
                f32x4.mul
                f32x4.add
                local.set 20
                local.get 14
                v128.load32_splat offset=4
                local.set 25
                local.get 21
                local.get 25
                local.get 26
                f32x4.mul
                f32x4.add
                local.set 21
                local.get 22
                local.get 25
                local.get 27
                f32x4.mul
                f32x4.add
                local.set 22
                local.get 23
                local.get 25
                local.get 28
                f32x4.mul
                f32x4.add
                local.set 23
                local.get 24
                local.get 25
                local.get 29
                f32x4.mul
                f32x4.add
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
                local.get 17
                local.get 25
                local.get 26
                f32x4.mul
                f32x4.add
                local.set 17
                local.get 18
                local.get 25
                local.get 27
                f32x4.mul
                f32x4.add
                local.set 18
                local.get 19
                local.get 25
                local.get 28
                f32x4.mul
                f32x4.add
                local.set 19
                local.get 20
                local.get 25
                local.get 29
                f32x4.mul
                f32x4.add
                local.set 20
                local.get 14
                v128.load32_splat offset=4
                local.set 25
                local.get 21
                local.get 25
                local.get 26
                f32x4.mul
                f32x4.add
                local.set 21
                local.get 22
                local.get 25
                local.get 27
                f32x4.mul
                f32x4.add
                local.set 22
                local.get 23
                local.get 25
                local.get 28
                f32x4.mul
                f32x4.add
                local.set 23
                local.get 24
                local.get 25
                local.get 29
                f32x4.mul
                f32x4.add
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
                local.get 17
                local.get 25
                local.get 26
                f32x4.mul
                f32x4.add
                local.set 17
                local.get 18
                local.get 25
                local.get 27
                f32x4.mul
                f32x4.add
                local.set 18
                local.get 19
                local.get 25
                local.get 28
                f32x4.mul
                f32x4.add
                local.set 19
                local.get 20
                local.get 25
                local.get 29
                f32x4.mul
                f32x4.add
                local.set 20
                local.get 14
                v128.load32_splat offset=4
                local.set 25
                local.get 21
                local.get 25
                local.get 26
                f32x4.mul
                f32x4.add
                local.set 21
                local.get 22
                local.get 25
                local.get 27
                f32x4.mul
                f32x4.add
                local.set 22
                local.get 23
                local.get 25
                local.get 28
                f32x4.mul
                f32x4.add
                local.set 23
                local.get 24
                local.get 25
                local.get 29
                f32x4.mul
                f32x4.add
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
                local.get 17
                local.get 25
                local.get 26
                f32x4.mul
                f32x4.add
                local.set 17
                local.get 18
                local.get 25
                local.get 27
                f32x4.mul
                f32x4.add
                local.set 18
                local.get 19
                local.get 25
                local.get 28
                f32x4.mul
                f32x4.add
                local.set 19
                local.get 20
                local.get 25
                local.get 29
                f32x4.mul
                f32x4.add
                local.set 20
                local.get 14
                v128.load32_splat offset=4
                local.set 25
                local.get 21
                local.get 25
                local.get 26
                f32x4.mul
                f32x4.add
                local.set 21
                local.get 22
                local.get 25
                local.get 27
                f32x4.mul
                f32x4.add
                local.set 22
                local.get 23
                local.get 25
                local.get 28
                f32x4.mul
                f32x4.add
                local.set 23
                local.get 24
                local.get 25
                local.get 29
                f32x4.mul
                f32x4.add
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
                local.get 17
                local.get 25
                local.get 26
                f32x4.mul
                f32x4.add
                local.set 17
                local.get 18
                local.get 25
                local.get 27
                f32x4.mul
                f32x4.add
                local.set 18
                local.get 19
                local.get 25
                local.get 28
                f32x4.mul
                f32x4.add
                local.set 19
                local.get 20
                local.get 25
                local.get 29
                f32x4.mul
                f32x4.add
                local.set 20
                local.get 14
                v128.load32_splat offset=4
                local.set 25
                local.get 21
                local.get 25
                local.get 26
                f32x4.mul
                f32x4.add
                local.set 21
                local.get 22
                local.get 25
                local.get 27
                f32x4.mul
                f32x4.add
                local.set 22
                local.get 23
                local.get 25
                local.get 28
                f32x4.mul
                f32x4.add
                local.set 23
                local.get 24
                local.get 25
                local.get 29
                f32x4.mul
                f32x4.add
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
                local.get 17
                local.get 25
                local.get 26
                f32x4.mul
                f32x4.add
                local.set 17
                local.get 18
                local.get 25
                local.get 27
                f32x4.mul
                f32x4.add
                local.set 18
                local.get 19
                local.get 25
                local.get 28
                f32x4.mul
                f32x4.add
                local.set 19
                local.get 20
                local.get 25
                local.get 29
                f32x4.mul
                f32x4.add
                local.set 20
                local.get 14
                v128.load32_splat offset=4
                local.set 25
                local.get 21
                local.get 25
                local.get 26
                f32x4.mul
                f32x4.add
                local.set 21
                local.get 22
                local.get 25
                local.get 27
                f32x4.mul
                f32x4.add
                local.set 22
                local.get 23
                local.get 25
                local.get 28
                f32x4.mul
                f32x4.add
                local.set 23
                local.get 24
                local.get 25
                local.get 29
                f32x4.mul
                f32x4.add
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
                local.get 17
                local.get 25
                local.get 26
                f32x4.mul
                f32x4.add
                local.set 17
                local.get 18
                local.get 25
                local.get 27
                f32x4.mul
                f32x4.add
                local.set 18
                local.get 19
                local.get 25
                local.get 28
                f32x4.mul
                f32x4.add
                local.set 19
                local.get 20
                local.get 25
                local.get 29
                f32x4.mul
                f32x4.add
                local.set 20
                local.get 14
                v128.load32_splat offset=4
                local.set 25
                local.get 21
                local.get 25
                local.get 26
                f32x4.mul
                f32x4.add
                local.set 21
                local.get 22
                local.get 25
                local.get 27
                f32x4.mul
                f32x4.add
                local.set 22
                local.get 23
                local.get 25
                local.get 28
                f32x4.mul
                f32x4.add
                local.set 23
                local.get 24
                local.get 25
                local.get 29
                f32x4.mul
                f32x4.add
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
                local.get 17
                local.get 25
                local.get 26
                f32x4.mul
                f32x4.add
                local.set 17
                local.get 18
                local.get 25
                local.get 27
                f32x4.mul
                f32x4.add
                local.set 18
                local.get 19
                local.get 25
                local.get 28
                f32x4.mul
                f32x4.add
                local.set 19
                local.get 20
                local.get 25
                local.get 29
                f32x4.mul
                f32x4.add
                local.set 20
                local.get 14
                v128.load32_splat offset=4
                local.set 25
                local.get 21
                local.get 25
                local.get 26
                f32x4.mul
                f32x4.add
                local.set 21
                local.get 22
                local.get 25
                local.get 27
                f32x4.mul
                f32x4.add
                local.set 22
                local.get 23
                local.get 25
                local.get 28
                f32x4.mul
                f32x4.add
                local.set 23
                local.get 24
                local.get 25
                local.get 29
                f32x4.mul
                f32x4.add
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
                local.get 17
                local.get 25
                local.get 26
                f32x4.mul
                f32x4.add
                local.set 17
                local.get 18
                local.get 25
                local.get 27
                f32x4.mul
                f32x4.add
                local.set 18
                local.get 19
                local.get 25
                local.get 28
                f32x4.mul
                f32x4.add
                local.set 19
                local.get 20
                local.get 25
                local.get 29
                f32x4.mul
                f32x4.add
                local.set 20
                local.get 14
                v128.load32_splat offset=4
                local.set 25
                local.get 21
                local.get 25
                local.get 26
                f32x4.mul
                f32x4.add
                local.set 21
                local.get 22
                local.get 25
                local.get 27
                f32x4.mul
                f32x4.add
                local.set 22
                local.get 23
                local.get 25
                local.get 28
                f32x4.mul
                f32x4.add
                local.set 23
                local.get 24
                local.get 25
                local.get 29
                f32x4.mul
                f32x4.add
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
  (func $packRows (param i32 i32 i32 i32 i32 i32)
    (local i32 i32 i32 i32 i32 i32 v128 v128 v128 v128 v128 v128 v128 v128 i32 i32 i32)
    block
      loop
        local.get 6
        local.get 3
        i32.ge_u
        br_if 1
        local.get 3
        local.get 6
        i32.sub
        local.tee 7
        i32.const 4
        local.get 7
        i32.const 4
        i32.lt_u
        select
        local.set 7
        local.get 0
        local.set 8
        i32.const 0
        local.set 9
        local.get 7
        i32.const 4
        i32.eq
        if
          local.get 1
          i32.const 4
          i32.eq
          if
            block
              loop
                local.get 9
                local.get 4
                i32.ge_u
                br_if 1
                local.get 5
                local.get 8
                v128.load
                v128.store
                local.get 8
                local.get 2
                i32.add
                local.set 8
                local.get 5
                i32.const 16
                i32.add
                local.set 5
                local.get 9
                i32.const 1
                i32.add
                local.set 9
                br 0
              end
            end
          else
            local.get 4
            i32.const -4
            i32.and
            local.set 10
            block
              loop
                local.get 9
                local.get 10
                i32.ge_u
                br_if 1
                local.get 8
                local.set 11
                local.get 11
                v128.load
                local.set 12
                local.get 11
                local.get 1
                i32.add
                local.set 11
                local.get 11
                v128.load
                local.set 13
                local.get 11
                local.get 1
                i32.add
                local.set 11
                local.get 11
                v128.load
                local.set 14
                local.get 11
                local.get 1
                i32.add
                local.set 11
                local.get 11
                v128.load
                local.set 15
                local.get 11
                local.get 1
                i32.add
                local.set 11
                local.get 12
                local.get 13
                i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23
                local.set 16
                local.get 14
                local.get 15
                i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23
                local.set 17
                local.get 12
                local.get 13
                i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31
                local.set 18
                local.get 14
                local.get 15
                i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31
                local.set 19
                local.get 5
                local.get 16
                local.get 17
                i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
                v128.store
                local.get 5
                local.get 16
                local.get 17
                i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31
                v128.store offset=16
                local.get 5
                local.get 18
                local.get 19
                i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
                v128.store offset=32
                local.get 5
                local.get 18
                local.get 19
                i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31
                v128.store offset=48
                local.get 8
                i32.const 16
                i32.add
                local.set 8
                local.get 5
                i32.const 64
                i32.add
                local.set 5
                local.get 9
                i32.const 4
                i32.add
                local.set 9
                br 0
              end
            end
          end
        end
        i32.const 4
        local.set 22
        block
          loop
            local.get 9
            local.get 4
            i32.ge_u
            br_if 1
            local.get 8
            local.set 21
            i32.const 0
            local.set 20
            block
              loop
                local.get 20
                local.get 7
                i32.ge_u
                br_if 1
                local.get 5
                local.get 21
                f32.load
                f32.store
                local.get 5
                i32.const 4
                i32.add
                local.set 5
                local.get 21
                local.get 1
                i32.add
                local.set 21
                local.get 20
                i32.const 1
                i32.add
                local.set 20
                br 0
              end
            end
            block
              loop
                local.get 20
                local.get 22
                i32.ge_u
                br_if 1
                local.get 5
                f32.const 0
                f32.store
                local.get 5
                i32.const 4
                i32.add
                local.set 5
                local.get 20
                i32.const 1
                i32.add
                local.set 20
                br 0
              end
            end
            local.get 8
            local.get 2
            i32.add
            local.set 8
            local.get 9
            i32.const 1
            i32.add
            local.set 9
            br 0
          end
        end
        local.get 0
        local.get 1
        i32.const 4
        i32.mul
        i32.add
        local.set 0
        local.get 6
        i32.const 4
        i32.add
        local.set 6
        br 0
      end
    end
  )
  (func $copyImage (param i32 i32 i32 i32)
    (local i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32)
    local.get 2
    i32.load
    local.set 4
    local.get 2
    i32.load offset=4
    local.set 5
    local.get 2
    i32.load offset=8
    local.set 6
    local.get 2
    i32.load offset=12
    local.set 7
    local.get 2
    i32.load offset=16
    local.set 8
    local.get 2
    i32.load offset=20
    local.set 9
    local.get 2
    i32.load offset=24
    local.set 10
    local.get 2
    i32.load offset=28
    local.set 11
    local.get 2
    i32.load offset=32
    local.set 12
    local.get 2
    i32.load offset=36
    local.set 13
    block
      loop
        local.get 16
        local.get 10
        i32.ge_u
        br_if 1
        local.get 3
        local.get 16
        i32.add
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        v128.store
        local.get 16
        i32.const 16
        i32.add
        local.set 16
        br 0
      end
    end
    local.get 3
    local.get 11
    i32.add
    local.set 3
    local.get 4
    local.get 0
    local.get 5
    i32.mul
    i32.add
    local.set 4
    block
      loop
        local.get 14
        local.get 7
        i32.ge_u
        br_if 1
        local.get 4
        local.set 16
        local.get 3
        local.set 17
        i32.const 0
        local.set 15
        block
          loop
            local.get 15
            local.get 8
            i32.ge_u
            br_if 1
            local.get 17
            local.get 16
            local.get 9
            memory.copy
            local.get 16
            local.get 9
            i32.add
            local.set 16
            local.get 17
            local.get 12
            i32.add
            local.set 17
            local.get 15
            i32.const 1
            i32.add
            local.set 15
            br 0
          end
        end
        local.get 4
        local.get 6
        i32.add
        local.set 4
        local.get 3
        local.get 13
        i32.add
        local.set 3
        local.get 14
        i32.const 1
        i32.add
        local.set 14
        br 0
      end
    end
  )
  (func $packPanel (param i32 i32 i32 i32 i32 i32)
    (local i32 i32 i32 i32 i32 i32 v128 v128 v128 v128 v128 v128 v128 v128 i32 i32 i32)
    block
      loop
        local.get 6
        local.get 3
        i32.ge_u
        br_if 1
        local.get 3
        local.get 6
        i32.sub
        local.tee 7
        i32.const 16
        local.get 7
        i32.const 16
        i32.lt_u
        select
        local.set 7
        local.get 0
        local.set 8
        i32.const 0
        local.set 9
        local.get 7
        i32.const 16
        i32.eq
        if
          local.get 1
          i32.const 4
          i32.eq
          if
            block
              loop
                local.get 9
                local.get 4
                i32.ge_u
                br_if 1
                local.get 5
                local.get 8
                v128.load
                v128.store
                local.get 5
                local.get 8
                v128.load offset=16
                v128.store offset=16
                local.get 5
                local.get 8
                v128.load offset=32
                v128.store offset=32
                local.get 5
                local.get 8
                v128.load offset=48
                v128.store offset=48
                local.get 8
                local.get 2
                i32.add
                local.set 8
                local.get 5
                i32.const 64
                i32.add
                local.set 5
                local.get 9
                i32.const 1
                i32.add
                local.set 9
                br 0
              end
            end
          else
            local.get 4
            i32.const -4
            i32.and
            local.set 10
            block
              loop
                local.get 9
                local.get 10
                i32.ge_u
                br_if 1
                local.get 8
                local.set 11
                local.get 11
                v128.load
                local.set 12
                local.get 11
                local.get 1
                i32.add
                local.set 11
                local.get 11
                v128.load
                local.set 13
                local.get 11
                local.get 1
                i32.add
                local.set 11
                local.get 11
                v128.load
                local.set 14
                local.get 11
                local.get 1
                i32.add
                local.set 11
                local.get 11
                v128.load
                local.set 15
                local.get 11
                local.get 1
                i32.add
                local.set 11
                local.get 12
                local.get 13
                i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23
                local.set 16
                local.get 14
                local.get 15
                i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23
                local.set 17
                local.get 12
                local.get 13
                i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31
                local.set 18
                local.get 14
                local.get 15
                i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31
                local.set 19
                local.get 5
                local.get 16
                local.get 17
                i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
                v128.store
                local.get 5
                local.get 16
                local.get 17
                i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31
                v128.store offset=64
                local.get 5
                local.get 18
                local.get 19
                i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
                v128.store offset=128
                local.get 5
                local.get 18
                local.get 19
                i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31
                v128.store offset=192
                local.get 11
                v128.load
                local.set 12
                local.get 11
                local.get 1
                i32.add
                local.set 11
                local.get 11
                v128.load
                local.set 13
                local.get 11
                local.get 1
                i32.add
                local.set 11
                local.get 11
                v128.load
                local.set 14
                local.get 11
                local.get 1
                i32.add
                local.set 11
                local.get 11
                v128.load
                local.set 15
                local.get 11
                local.get 1
                i32.add
                local.set 11
                local.get 12
                local.get 13
                i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23
                local.set 16
                local.get 14
                local.get 15
                i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23
                local.set 17
                local.get 12
                local.get 13
                i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31
                local.set 18
                local.get 14
                local.get 15
                i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31
                local.set 19
                local.get 5
                local.get 16
                local.get 17
                i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
                v128.store offset=16
                local.get 5
                local.get 16
                local.get 17
                i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31
                v128.store offset=80
                local.get 5
                local.get 18
                local.get 19
                i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
                v128.store offset=144
                local.get 5
                local.get 18
                local.get 19
                i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31
                v128.store offset=208
                local.get 11
                v128.load
                local.set 12
                local.get 11
                local.get 1
                i32.add
                local.set 11
                local.get 11
                v128.load
                local.set 13
                local.get 11
                local.get 1
                i32.add
                local.set 11
                local.get 11
                v128.load
                local.set 14
                local.get 11
                local.get 1
                i32.add
                local.set 11
                local.get 11
                v128.load
                local.set 15
                local.get 11
                local.get 1
                i32.add
                local.set 11
                local.get 12
                local.get 13
                i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23
                local.set 16
                local.get 14
                local.get 15
                i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23
                local.set 17
                local.get 12
                local.get 13
                i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31
                local.set 18
                local.get 14
                local.get 15
                i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31
                local.set 19
                local.get 5
                local.get 16
                local.get 17
                i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
                v128.store offset=32
                local.get 5
                local.get 16
                local.get 17
                i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31
                v128.store offset=96
                local.get 5
                local.get 18
                local.get 19
                i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
                v128.store offset=160
                local.get 5
                local.get 18
                local.get 19
                i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31
                v128.store offset=224
                local.get 11
                v128.load
                local.set 12
                local.get 11
                local.get 1
                i32.add
                local.set 11
                local.get 11
                v128.load
                local.set 13
                local.get 11
                local.get 1
                i32.add
                local.set 11
                local.get 11
                v128.load
                local.set 14
                local.get 11
                local.get 1
                i32.add
                local.set 11
                local.get 11
                v128.load
                local.set 15
                local.get 11
                local.get 1
                i32.add
                local.set 11
                local.get 12
                local.get 13
                i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23
                local.set 16
                local.get 14
                local.get 15
                i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23
                local.set 17
                local.get 12
                local.get 13
                i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31
                local.set 18
                local.get 14
                local.get 15
                i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31
                local.set 19
                local.get 5
                local.get 16
                local.get 17
                i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
                v128.store offset=48
                local.get 5
                local.get 16
                local.get 17
                i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31
                v128.store offset=112
                local.get 5
                local.get 18
                local.get 19
                i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
                v128.store offset=176
                local.get 5
                local.get 18
                local.get 19
                i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31
                v128.store offset=240
                local.get 8
                i32.const 16
                i32.add
                local.set 8
                local.get 5
                i32.const 256
                i32.add
                local.set 5
                local.get 9
                i32.const 4
                i32.add
                local.set 9
                br 0
              end
            end
          end
        end
        i32.const 16
        local.set 22
        block
          loop
            local.get 9
            local.get 4
            i32.ge_u
            br_if 1
            local.get 8
            local.set 21
            i32.const 0
            local.set 20
            block
              loop
                local.get 20
                local.get 7
                i32.ge_u
                br_if 1
                local.get 5
                local.get 21
                f32.load
                f32.store
                local.get 5
                i32.const 4
                i32.add
                local.set 5
                local.get 21
                local.get 1
                i32.add
                local.set 21
                local.get 20
                i32.const 1
                i32.add
                local.set 20
                br 0
              end
            end
            block
              loop
                local.get 20
                local.get 22
                i32.ge_u
                br_if 1
                local.get 5
                f32.const 0
                f32.store
                local.get 5
                i32.const 4
                i32.add
                local.set 5
                local.get 20
                i32.const 1
                i32.add
                local.set 20
                br 0
              end
            end
            local.get 8
            local.get 2
            i32.add
            local.set 8
            local.get 9
            i32.const 1
            i32.add
            local.set 9
            br 0
          end
        end
        local.get 0
        local.get 1
        i32.const 16
        i32.mul
        i32.add
        local.set 0
        local.get 6
        i32.const 16
        i32.add
        local.set 6
        br 0
      end
    end
  )
  (func $packPanelsAside (param i32 i32 i32 i32)
    (local i32 i32 i32 i32 i32)
    local.get 2
    i32.const 64
    i32.mul
    local.set 8
    local.get 3
    local.get 8
    i32.add
    local.set 4
    local.get 4
    local.get 8
    i32.add
    local.set 5
    local.get 5
    local.get 8
    i32.add
    local.set 6
    block
      loop
        local.get 7
        local.get 2
        i32.ge_u
        br_if 1
        local.get 3
        local.get 0
        v128.load
        v128.store
        local.get 3
        local.get 0
        v128.load offset=16
        v128.store offset=16
        local.get 3
        local.get 0
        v128.load offset=32
        v128.store offset=32
        local.get 3
        local.get 0
        v128.load offset=48
        v128.store offset=48
        local.get 3
        i32.const 64
        i32.add
        local.set 3
        local.get 4
        local.get 0
        v128.load offset=64
        v128.store
        local.get 4
        local.get 0
        v128.load offset=80
        v128.store offset=16
        local.get 4
        local.get 0
        v128.load offset=96
        v128.store offset=32
        local.get 4
        local.get 0
        v128.load offset=112
        v128.store offset=48
        local.get 4
        i32.const 64
        i32.add
        local.set 4
        local.get 5
        local.get 0
        v128.load offset=128
        v128.store
        local.get 5
        local.get 0
        v128.load offset=144
        v128.store offset=16
        local.get 5
        local.get 0
        v128.load offset=160
        v128.store offset=32
        local.get 5
        local.get 0
        v128.load offset=176
        v128.store offset=48
        local.get 5
        i32.const 64
        i32.add
        local.set 5
        local.get 6
        local.get 0
        v128.load offset=192
        v128.store
        local.get 6
        local.get 0
        v128.load offset=208
        v128.store offset=16
        local.get 6
        local.get 0
        v128.load offset=224
        v128.store offset=32
        local.get 6
        local.get 0
        v128.load offset=240
        v128.store offset=48
        local.get 6
        i32.const 64
        i32.add
        local.set 6
        local.get 0
        local.get 1
        i32.add
        local.set 0
        local.get 7
        i32.const 1
        i32.add
        local.set 7
        br 0
      end
    end
  )
  (func $packColumns (export "packColumns") (param i32 i32 i32 i32 i32 i32)
    (local i32 i32 i32 i32 i32 i32 v128 v128 v128 v128 v128 v128 v128 v128 i32 i32 i32)
    block
      loop
        local.get 6
        local.get 3
        i32.ge_u
        br_if 1
        local.get 3
        local.get 6
        i32.sub
        local.tee 7
        i32.const 8
        local.get 7
        i32.const 8
        i32.lt_u
        select
        local.set 7
        local.get 0
        local.set 8
        i32.const 0
        local.set 9
        local.get 7
        i32.const 8
        i32.eq
        if
          local.get 1
          i32.const 4
          i32.eq
          if
            block
              loop
                local.get 9
                local.get 4
                i32.ge_u
                br_if 1
                local.get 5
                local.get 8
                v128.load
                v128.store
                local.get 5
                local.get 8
                v128.load offset=16
                v128.store offset=16
                local.get 8
                local.get 2
                i32.add
                local.set 8
                local.get 5
                i32.const 32
                i32.add
                local.set 5
                local.get 9
                i32.const 1
                i32.add
                local.set 9
                br 0
              end
            end
          else
            local.get 4
            i32.const -4
            i32.and
            local.set 10
            block
              loop
                local.get 9
                local.get 10
                i32.ge_u
                br_if 1
                local.get 8
                local.set 11
                local.get 11
                v128.load
                local.set 12
                local.get 11
                local.get 1
                i32.add
                local.set 11
                local.get 11
                v128.load
                local.set 13
                local.get 11
                local.get 1
                i32.add
                local.set 11
                local.get 11
                v128.load
                local.set 14
                local.get 11
                local.get 1
                i32.add
                local.set 11
                local.get 11
                v128.load
                local.set 15
                local.get 11
                local.get 1
                i32.add
                local.set 11
                local.get 12
                local.get 13
                i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23
                local.set 16
                local.get 14
                local.get 15
                i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23
                local.set 17
                local.get 12
                local.get 13
                i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31
                local.set 18
                local.get 14
                local.get 15
                i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31
                local.set 19
                local.get 5
                local.get 16
                local.get 17
                i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
                v128.store
                local.get 5
                local.get 16
                local.get 17
                i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31
                v128.store offset=32
                local.get 5
                local.get 18
                local.get 19
                i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
                v128.store offset=64
                local.get 5
                local.get 18
                local.get 19
                i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31
                v128.store offset=96
                local.get 11
                v128.load
                local.set 12
                local.get 11
                local.get 1
                i32.add
                local.set 11
                local.get 11
                v128.load
                local.set 13
                local.get 11
                local.get 1
                i32.add
                local.set 11
                local.get 11
                v128.load
                local.set 14
                local.get 11
                local.get 1
                i32.add
                local.set 11
                local.get 11
                v128.load
                local.set 15
                local.get 11
                local.get 1
                i32.add
                local.set 11
                local.get 12
                local.get 13
                i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23
                local.set 16
                local.get 14
                local.get 15
                i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23
                local.set 17
                local.get 12
                local.get 13
                i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31
                local.set 18
                local.get 14
                local.get 15
                i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31
                local.set 19
                local.get 5
                local.get 16
                local.get 17
                i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
                v128.store offset=16
                local.get 5
                local.get 16
                local.get 17
                i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31
                v128.store offset=48
                local.get 5
                local.get 18
                local.get 19
                i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
                v128.store offset=80
                local.get 5
                local.get 18
                local.get 19
                i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31
                v128.store offset=112
                local.get 8
                i32.const 16
                i32.add
                local.set 8
                local.get 5
                i32.const 128
                i32.add
                local.set 5
                local.get 9
                i32.const 4
                i32.add
                local.set 9
                br 0
              end
            end
          end
        end
        i32.const 8
        local.set 22
        block
          loop
            local.get 9
            local.get 4
            i32.ge_u
            br_if 1
            local.get 8
            local.set 21
            i32.const 0
            local.set 20
            block
              loop
                local.get 20
                local.get 7
                i32.ge_u
                br_if 1
                local.get 5
                local.get 21
                f32.load
                f32.store
                local.get 5
                i32.const 4
                i32.add
                local.set 5
                local.get 21
                local.get 1
                i32.add
                local.set 21
                local.get 20
                i32.const 1
                i32.add
                local.set 20
                br 0
              end
            end
            block
              loop
                local.get 20
                local.get 22
                i32.ge_u
                br_if 1
                local.get 5
                f32.const 0
                f32.store
                local.get 5
                i32.const 4
                i32.add
                local.set 5
                local.get 20
                i32.const 1
                i32.add
                local.set 20
                br 0
              end
            end
            local.get 8
            local.get 2
            i32.add
            local.set 8
            local.get 9
            i32.const 1
            i32.add
            local.set 9
            br 0
          end
        end
        local.get 0
        local.get 1
        i32.const 8
        i32.mul
        i32.add
        local.set 0
        local.get 6
        i32.const 8
        i32.add
        local.set 6
        br 0
      end
    end
  )
  (func $convolve (export "convolve") (param i32 i32 i32 i32)
    (local i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 v128 v128 v128 v128 v128 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32)
    local.get 2
    i32.load offset=56
    local.set 4
    local.get 2
    i32.load offset=60
    local.set 5
    local.get 2
    i32.load offset=52
    local.set 6
    local.get 2
    i32.load offset=48
    local.set 7
    local.get 2
    i32.load offset=40
    local.set 8
    local.get 2
    i32.load offset=44
    local.set 9
    local.get 2
    i32.load offset=64
    local.set 10
    local.get 2
    i32.load offset=68
    local.set 11
    local.get 2
    i32.load offset=72
    local.set 12
    local.get 2
    i32.load offset=76
    local.set 13
    local.get 2
    i32.load offset=80
    local.set 14
    local.get 2
    i32.load offset=84
    local.set 15
    local.get 2
    i32.load offset=24
    local.set 16
    i32.const 4
    local.set 33
    local.get 24
    local.get 10
    local.get 33
    i32.mul
    i32.add
    local.set 21
    local.get 24
    local.get 11
    local.get 33
    i32.mul
    i32.add
    local.set 23
    local.get 21
    local.get 4
    i32.mul
    i32.const 8
    i32.mul
    local.set 26
    local.get 3
    local.get 16
    i32.add
    i32.const 64
    i32.add
    local.set 25
    block
      loop
        local.get 0
        local.get 1
        i32.ge_u
        br_if 1
        local.get 0
        i32.const 0
        local.get 2
        local.get 3
        call 2
        local.get 14
        local.set 19
        local.get 15
        local.set 22
        i32.const 0
        local.set 27
        block
          loop
            local.get 27
            local.get 11
            i32.ge_u
            br_if 1
            local.get 11
            local.get 27
            i32.sub
            local.tee 18
            i32.const 8
            local.get 18
            i32.const 8
            i32.lt_u
            select
            local.set 18
            local.get 12
            local.get 0
            local.get 13
            i32.mul
            i32.add
            local.set 32
            local.get 32
            local.get 27
            local.get 33
            i32.mul
            i32.add
            local.set 32
            local.get 3
            local.set 31
            i32.const 0
            local.set 28
            block
              loop
                local.get 28
                local.get 8
                i32.ge_u
                br_if 1
                i32.const 0
                local.set 29
                local.get 9
                i32.const 4
                i32.lt_u
                if
                  block
                    loop
                      local.get 29
                      local.get 9
                      i32.ge_u
                      br_if 1
                      local.get 29
                      local.get 9
                      i32.const 1
                      i32.sub
                      local.get 29
                      local.get 9
                      i32.const 1
                      i32.sub
                      i32.lt_u
                      select
                      local.set 30
                      local.get 31
                      local.get 30
                      local.get 6
                      i32.mul
                      i32.add
                      local.set 20
                      local.get 32
                      local.get 30
                      local.get 23
                      i32.mul
                      i32.add
                      local.set 17
                      local.get 22
                      v128.load
                      local.set 34
                      local.get 22
                      v128.load offset=16
                      local.set 35
                      local.get 19
                      local.set 43
                      i32.const 0
                      local.set 41
                      i32.const 1
                      local.set 44
                      block
                        loop
                          local.get 41
                          local.get 4
                          i32.ge_u
                          br_if 1
                          local.get 20
                          local.get 41
                          local.get 5
                          i32.mul
                          i32.add
                          local.set 40
                          local.get 40
                          local.get 21
                          i32.add
                          local.set 42
                          block
                            loop
                              local.get 40
                              local.get 42
                              i32.ge_u
                              br_if 1
                              local.get 43
                              v128.load
                              local.set 37
                              local.get 43
                              v128.load offset=16
                              local.set 38
                              local.get 40
                              v128.load32_splat
                              local.set 36
                              local.get 34
                              local.get 36
                              local.get 37
                              f32x4.mul
                              f32x4.add
                              local.set 34
                              local.get 35
                              local.get 36
                              local.get 38
                              f32x4.mul
                              f32x4.add
                              local.set 35
                              local.get 43
                              i32.const 32
                              i32.add
                              local.set 43
                              local.get 40
                              i32.const 4
                              i32.add
                              local.set 40
                              br 0
                            end
                          end
                          local.get 41
                          i32.const 1
                          i32.add
                          local.set 41
                          br 0
                        end
                      end
                      local.get 44
                      i32.const 1
                      i32.eq
                      local.get 18
                      i32.const 8
                      i32.eq
                      i32.and
                      if
                        local.get 24
                        if
                          local.get 17
                          local.set 39
                          local.get 39
                          v128.load offset=16
                          local.get 35
                          f32x4.add
                          local.set 35
                          local.get 39
                          v128.load
                          local.get 34
                          f32x4.add
                          local.set 34
                          local.get 39
                          local.get 23
                          i32.add
                          local.set 39
                        end
                        local.get 17
                        local.set 39
                        local.get 39
                        local.get 35
                        v128.store offset=16
                        local.get 39
                        local.get 34
                        v128.store
                        local.get 39
                        local.get 23
                        i32.add
                        local.set 39
                      else
                        local.get 25
                        local.get 34
                        v128.store
                        local.get 25
                        local.get 35
                        v128.store offset=16
                        local.get 17
                        local.set 39
                        i32.const 0
                        local.set 45
                        block
                          loop
                            local.get 45
                            local.get 44
                            i32.ge_u
                            br_if 1
                            local.get 25
                            local.get 45
                            i32.const 32
                            i32.mul
                            i32.add
                            local.set 47
                            local.get 39
                            local.set 48
                            i32.const 0
                            local.set 46
                            block
                              loop
                                local.get 46
                                local.get 18
                                i32.ge_u
                                br_if 1
                                local.get 48
                                local.get 47
                                f32.load
                                local.get 48
                                f32.load
                                f32.const 0
                                local.get 24
                                select
                                f32.add
                                f32.store
                                local.get 47
                                i32.const 4
                                i32.add
                                local.set 47
                                local.get 48
                                i32.const 4
                                i32.add
                                local.set 48
                                local.get 46
                                i32.const 1
                                i32.add
                                local.set 46
                                br 0
                              end
                            end
                            local.get 39
                            local.get 23
                            i32.add
                            local.set 39
                            local.get 45
                            i32.const 1
                            i32.add
                            local.set 45
                            br 0
                          end
                        end
                      end
                      local.get 29
                      i32.const 1
                      i32.add
                      local.set 29
                      br 0
                    end
                  end
                else
                  block
                    loop
                      local.get 29
                      local.get 9
                      i32.ge_u
                      br_if 1
                      local.get 29
                      local.get 9
                      i32.const 4
                      i32.sub
                      local.get 29
                      local.get 9
                      i32.const 4
                      i32.sub
                      i32.lt_u
                      select
                      local.set 30
                      local.get 31
                      local.get 30
                      local.get 6
                      i32.mul
                      i32.add
                      local.set 20
                      local.get 32
                      local.get 30
                      local.get 23
                      i32.mul
                      i32.add
                      local.set 17
                      local.get 22
                      v128.load
                      local.set 49
                      local.get 22
                      v128.load offset=16
                      local.set 50
                      local.get 22
                      v128.load
                      local.set 51
                      local.get 22
                      v128.load offset=16
                      local.set 52
                      local.get 22
                      v128.load
                      local.set 53
                      local.get 22
                      v128.load offset=16
                      local.set 54
                      local.get 22
                      v128.load
                      local.set 55
                      local.get 22
                      v128.load offset=16
                      local.set 56
                      local.get 19
                      local.set 67
                      i32.const 0
                      local.set 65
                      i32.const 4
                      local.set 68
                      block
                        loop
                          local.get 65
                          local.get 4
                          i32.ge_u
                          br_if 1
                          local.get 20
                          local.get 65
                          local.get 5
                          i32.mul
                          i32.add
                          local.set 61
                          local.get 61
                          local.get 6
                          i32.add
                          local.set 62
                          local.get 62
                          local.get 6
                          i32.add
                          local.set 63
                          local.get 63
                          local.get 6
                          i32.add
                          local.set 64
                          local.get 61
                          local.get 21
                          i32.add
                          local.set 66
                          block
                            loop
                              local.get 61
                              local.get 66
                              i32.ge_u
                              br_if 1
                              local.get 67
                              v128.load
                              local.set 58
                              local.get 67
                              v128.load offset=16
                              local.set 59
                              local.get 61
                              v128.load32_splat
                              local.set 57
                              local.get 49
                              local.get 57
                              local.get 58
                              f32x4.mul
                              f32x4.add
                              local.set 49
                              local.get 50
                              local.get 57
                              local.get 59
                              f32x4.mul
                              f32x4.add
                              local.set 50
                              local.get 62
                              v128.load32_splat
                              local.set 57
                              local.get 51
                              local.get 57
                              local.get 58
                              f32x4.mul
                              f32x4.add
                              local.set 51
                              local.get 52
                              local.get 57
                              local.get 59
                              f32x4.mul
                              f32x4.add
                              local.set 52
                              local.get 63
                              v128.load32_splat
                              local.set 57
                              local.get 53
                              local.get 57
                              local.get 58
                              f32x4.mul
                              f32x4.add
                              local.set 53
                              local.get 54
                              local.get 57
                              local.get 59
                              f32x4.mul
                              f32x4.add
                              local.set 54
                              local.get 64
                              v128.load32_splat
                              local.set 57
                              local.get 55
                              local.get 57
                              local.get 58
                              f32x4.mul
                              f32x4.add
                              local.set 55
                              local.get 56
                              local.get 57
                              local.get 59
                              f32x4.mul
                              f32x4.add
                              local.set 56
                              local.get 67
                              i32.const 32
                              i32.add
                              local.set 67
                              local.get 62
                              i32.const 4
                              i32.add
                              local.set 62
                              local.get 63
                              i32.const 4
                              i32.add
                              local.set 63
                              local.get 64
                              i32.const 4
                              i32.add
                              local.set 64
                              local.get 61
                              i32.const 4
                              i32.add
                              local.set 61
                              br 0
                            end
                          end
                          local.get 65
                          i32.const 1
                          i32.add
                          local.set 65
                          br 0
                        end
                      end
                      local.get 68
                      i32.const 4
                      i32.eq
                      local.get 18
                      i32.const 8
                      i32.eq
                      i32.and
                      if
                        local.get 24
                        if
                          local.get 17
                          local.set 60
                          local.get 60
                          v128.load offset=16
                          local.get 50
                          f32x4.add
                          local.set 50
                          local.get 60
                          v128.load
                          local.get 49
                          f32x4.add
                          local.set 49
                          local.get 60
                          local.get 23
                          i32.add
                          local.set 60
                          local.get 60
                          v128.load offset=16
                          local.get 52
                          f32x4.add
                          local.set 52
                          local.get 60
                          v128.load
                          local.get 51
                          f32x4.add
                          local.set 51
                          local.get 60
                          local.get 23
                          i32.add
                          local.set 60
                          local.get 60
                          v128.load offset=16
                          local.get 54
                          f32x4.add
                          local.set 54
                          local.get 60
                          v128.load
                          local.get 53
                          f32x4.add
                          local.set 53
                          local.get 60
                          local.get 23
                          i32.add
                          local.set 60
                          local.get 60
                          v128.load offset=16
                          local.get 56
                          f32x4.add
                          local.set 56
                          local.get 60
                          v128.load
                          local.get 55
                          f32x4.add
                          local.set 55
                          local.get 60
                          local.get 23
                          i32.add
                          local.set 60
                        end
                        local.get 17
                        local.set 60
                        local.get 60
                        local.get 50
                        v128.store offset=16
                        local.get 60
                        local.get 49
                        v128.store
                        local.get 60
                        local.get 23
                        i32.add
                        local.set 60
                        local.get 60
                        local.get 52
                        v128.store offset=16
                        local.get 60
                        local.get 51
                        v128.store
                        local.get 60
                        local.get 23
                        i32.add
                        local.set 60
                        local.get 60
                        local.get 54
                        v128.store offset=16
                        local.get 60
                        local.get 53
                        v128.store
                        local.get 60
                        local.get 23
                        i32.add
                        local.set 60
                        local.get 60
                        local.get 56
                        v128.store offset=16
                        local.get 60
                        local.get 55
                        v128.store
                        local.get 60
                        local.get 23
                        i32.add
                        local.set 60
                      else
                        local.get 25
                        local.get 49
                        v128.store
                        local.get 25
                        local.get 50
                        v128.store offset=16
                        local.get 25
                        local.get 51
                        v128.store offset=32
                        local.get 25
                        local.get 52
                        v128.store offset=48
                        local.get 25
                        local.get 53
                        v128.store offset=64
                        local.get 25
                        local.get 54
                        v128.store offset=80
                        local.get 25
                        local.get 55
                        v128.store offset=96
                        local.get 25
                        local.get 56
                        v128.store offset=112
                        local.get 17
                        local.set 60
                        i32.const 0
                        local.set 69
                        block
                          loop
                            local.get 69
                            local.get 68
                            i32.ge_u
                            br_if 1
                            local.get 25
                            local.get 69
                            i32.const 32
                            i32.mul
                            i32.add
                            local.set 71
                            local.get 60
                            local.set 72
                            i32.const 0
                            local.set 70
                            block
                              loop
                                local.get 70
                                local.get 18
                                i32.ge_u
                                br_if 1
                                local.get 72
                                local.get 71
                                f32.load
                                local.get 72
                                f32.load
                                f32.const 0
                                local.get 24
                                select
                                f32.add
                                f32.store
                                local.get 71
                                i32.const 4
                                i32.add
                                local.set 71
                                local.get 72
                                i32.const 4
                                i32.add
                                local.set 72
                                local.get 70
                                i32.const 1
                                i32.add
                                local.set 70
                                br 0
                              end
                            end
                            local.get 60
                            local.get 23
                            i32.add
                            local.set 60
                            local.get 69
                            i32.const 1
                            i32.add
                            local.set 69
                            br 0
                          end
                        end
                      end
                      local.get 29
                      i32.const 4
                      i32.add
                      local.set 29
                      br 0
                    end
                  end
                end
                local.get 31
                local.get 7
                i32.add
                local.set 31
                local.get 32
                local.get 9
                local.get 23
                i32.mul
                i32.add
                local.set 32
                local.get 28
                i32.const 1
                i32.add
                local.set 28
                br 0
              end
            end
            local.get 19
            local.get 26
            i32.add
            local.set 19
            local.get 22
            i32.const 32
            i32.add
            local.set 22
            local.get 27
            i32.const 8
            i32.add
            local.set 27
            br 0
          end
        end
        local.get 0
        i32.const 1
        i32.add
        local.set 0
        br 0
      end
    end
  )
  (func $correlate (export "correlate") (param i32 i32 i32 i32)
    (local i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 i32 i32 i32 i32 i32 i32 i32 i32)
    local.get 2
    i32.load offset=92
    local.set 4
    local.get 2
    i32.load offset=56
    local.set 5
    local.get 2
    i32.load offset=60
    local.set 6
    local.get 2
    i32.load offset=52
    local.set 7
    local.get 2
    i32.load offset=48
    local.set 8
    local.get 2
    i32.load offset=40
    local.set 9
    local.get 2
    i32.load offset=44
    local.set 10
    local.get 2
    i32.load offset=64
    local.set 11
    local.get 2
    i32.load offset=68
    local.set 12
    local.get 2
    i32.load offset=72
    local.set 13
    local.get 2
    i32.load offset=76
    local.set 14
    local.get 2
    i32.load offset=88
    local.set 15
    local.get 2
    i32.load offset=24
    local.set 16
    i32.const 1
    local.set 29
    i32.const 4
    local.set 30
    local.get 12
    local.get 30
    i32.mul
    local.set 25
    local.get 5
    local.get 11
    i32.mul
    local.get 30
    i32.mul
    local.set 26
    local.get 3
    local.get 16
    i32.add
    i32.const 64
    i32.add
    local.set 21
    block
      loop
        local.get 17
        local.get 4
        i32.ge_u
        br_if 1
        local.get 17
        i32.const 0
        local.get 2
        local.get 3
        call 2
        local.get 0
        local.set 18
        block
          loop
            local.get 18
            local.get 1
            i32.ge_u
            br_if 1
            local.get 1
            local.get 18
            i32.sub
            local.tee 27
            i32.const 4
            local.get 27
            i32.const 4
            i32.lt_u
            select
            local.set 27
            local.get 15
            local.get 18
            local.get 26
            i32.mul
            i32.add
            local.set 24
            i32.const 0
            local.set 19
            block
              loop
                local.get 19
                local.get 5
                i32.ge_u
                br_if 1
                i32.const 0
                local.set 20
                block
                  loop
                    local.get 20
                    local.get 11
                    i32.ge_u
                    br_if 1
                    local.get 11
                    local.get 20
                    i32.sub
                    local.tee 28
                    i32.const 8
                    local.get 28
                    i32.const 8
                    i32.lt_u
                    select
                    local.set 28
                    local.get 13
                    local.get 17
                    local.get 14
                    i32.mul
                    i32.add
                    local.set 22
                    local.get 22
                    local.get 18
                    local.get 30
                    i32.mul
                    i32.add
                    local.set 22
                    local.get 3
                    local.get 19
                    local.get 6
                    i32.mul
                    i32.add
                    local.set 23
                    local.get 23
                    local.get 20
                    local.get 30
                    i32.mul
                    i32.add
                    local.set 23
                    v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
                    local.set 31
                    v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
                    local.set 32
                    v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
                    local.set 33
                    v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
                    local.set 34
                    v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
                    local.set 35
                    v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
                    local.set 36
                    v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
                    local.set 37
                    v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
                    local.set 38
                    i32.const 0
                    local.set 43
                    block
                      loop
                        local.get 43
                        local.get 9
                        i32.ge_u
                        br_if 1
                        local.get 23
                        local.set 44
                        local.get 44
                        local.get 10
                        local.get 7
                        i32.mul
                        i32.add
                        local.set 45
                        loop
                          local.get 44
                          v128.load
                          local.set 40
                          local.get 44
                          v128.load offset=16
                          local.set 41
                          local.get 22
                          v128.load32_splat
                          local.set 39
                          local.get 31
                          local.get 39
                          local.get 40
                          f32x4.mul
                          f32x4.add
                          local.set 31
                          local.get 32
                          local.get 39
                          local.get 41
                          f32x4.mul
                          f32x4.add
                          local.set 32
                          local.get 22
                          v128.load32_splat offset=4
                          local.set 39
                          local.get 33
                          local.get 39
                          local.get 40
                          f32x4.mul
                          f32x4.add
                          local.set 33
                          local.get 34
                          local.get 39
                          local.get 41
                          f32x4.mul
                          f32x4.add
                          local.set 34
                          local.get 22
                          v128.load32_splat offset=8
                          local.set 39
                          local.get 35
                          local.get 39
                          local.get 40
                          f32x4.mul
                          f32x4.add
                          local.set 35
                          local.get 36
                          local.get 39
                          local.get 41
                          f32x4.mul
                          f32x4.add
                          local.set 36
                          local.get 22
                          v128.load32_splat offset=12
                          local.set 39
                          local.get 37
                          local.get 39
                          local.get 40
                          f32x4.mul
                          f32x4.add
                          local.set 37
                          local.get 38
                          local.get 39
                          local.get 41
                          f32x4.mul
                          f32x4.add
                          local.set 38
                          local.get 22
                          local.get 25
                          i32.add
                          local.set 22
                          local.get 44
                          local.get 7
                          i32.add
                          local.set 44
                          local.get 44
                          local.get 45
                          i32.lt_u
                          br_if 0
                        end
                        local.get 23
                        local.get 8
                        i32.add
                        local.set 23
                        local.get 43
                        i32.const 1
                        i32.add
                        local.set 43
                        br 0
                      end
                    end
                    local.get 27
                    i32.const 4
                    i32.eq
                    local.get 28
                    i32.const 8
                    i32.eq
                    i32.and
                    if
                      local.get 29
                      if
                        local.get 24
                        local.set 42
                        local.get 42
                        v128.load offset=16
                        local.get 32
                        f32x4.add
                        local.set 32
                        local.get 42
                        v128.load
                        local.get 31
                        f32x4.add
                        local.set 31
                        local.get 42
                        local.get 26
                        i32.add
                        local.set 42
                        local.get 42
                        v128.load offset=16
                        local.get 34
                        f32x4.add
                        local.set 34
                        local.get 42
                        v128.load
                        local.get 33
                        f32x4.add
                        local.set 33
                        local.get 42
                        local.get 26
                        i32.add
                        local.set 42
                        local.get 42
                        v128.load offset=16
                        local.get 36
                        f32x4.add
                        local.set 36
                        local.get 42
                        v128.load
                        local.get 35
                        f32x4.add
                        local.set 35
                        local.get 42
                        local.get 26
                        i32.add
                        local.set 42
                        local.get 42
                        v128.load offset=16
                        local.get 38
                        f32x4.add
                        local.set 38
                        local.get 42
                        v128.load
                        local.get 37
                        f32x4.add
                        local.set 37
                        local.get 42
                        local.get 26
                        i32.add
                        local.set 42
                      end
                      local.get 24
                      local.set 42
                      local.get 42
                      local.get 32
                      v128.store offset=16
                      local.get 42
                      local.get 31
                      v128.store
                      local.get 42
                      local.get 26
                      i32.add
                      local.set 42
                      local.get 42
                      local.get 34
                      v128.store offset=16
                      local.get 42
                      local.get 33
                      v128.store
                      local.get 42
                      local.get 26
                      i32.add
                      local.set 42
                      local.get 42
                      local.get 36
                      v128.store offset=16
                      local.get 42
                      local.get 35
                      v128.store
                      local.get 42
                      local.get 26
                      i32.add
                      local.set 42
                      local.get 42
                      local.get 38
                      v128.store offset=16
                      local.get 42
                      local.get 37
                      v128.store
                      local.get 42
                      local.get 26
                      i32.add
                      local.set 42
                    else
                      local.get 21
                      local.get 31
                      v128.store
                      local.get 21
                      local.get 32
                      v128.store offset=16
                      local.get 21
                      local.get 33
                      v128.store offset=32
                      local.get 21
                      local.get 34
                      v128.store offset=48
                      local.get 21
                      local.get 35
                      v128.store offset=64
                      local.get 21
                      local.get 36
                      v128.store offset=80
                      local.get 21
                      local.get 37
                      v128.store offset=96
                      local.get 21
                      local.get 38
                      v128.store offset=112
                      local.get 24
                      local.set 42
                      i32.const 0
                      local.set 46
                      block
                        loop
                          local.get 46
                          local.get 27
                          i32.ge_u
                          br_if 1
                          local.get 21
                          local.get 46
                          i32.const 32
                          i32.mul
                          i32.add
                          local.set 48
                          local.get 42
                          local.set 49
                          i32.const 0
                          local.set 47
                          block
                            loop
                              local.get 47
                              local.get 28
                              i32.ge_u
                              br_if 1
                              local.get 49
                              local.get 48
                              f32.load
                              local.get 49
                              f32.load
                              f32.const 0
                              local.get 29
                              select
                              f32.add
                              f32.store
                              local.get 48
                              i32.const 4
                              i32.add
                              local.set 48
                              local.get 49
                              i32.const 4
                              i32.add
                              local.set 49
                              local.get 47
                              i32.const 1
                              i32.add
                              local.set 47
                              br 0
                            end
                          end
                          local.get 42
                          local.get 26
                          i32.add
                          local.set 42
                          local.get 46
                          i32.const 1
                          i32.add
                          local.set 46
                          br 0
                        end
                      end
                    end
                    local.get 24
                    local.get 28
                    local.get 30
                    i32.mul
                    i32.add
                    local.set 24
                    local.get 20
                    i32.const 8
                    i32.add
                    local.set 20
                    br 0
                  end
                end
                local.get 19
                i32.const 1
                i32.add
                local.set 19
                br 0
              end
            end
            local.get 18
            i32.const 4
            i32.add
            local.set 18
            br 0
          end
        end
        local.get 17
        i32.const 1
        i32.add
        local.set 17
        br 0
      end
    end
  )
  (func $multiplyColumns (export "multiplyColumns") (param i32 i32 i32 i32)
    (local i32 i32 i32 i32 i32 i32 i32)
    local.get 2
    i32.load offset=40
    local.set 7
    i32.const 65536
    local.set 9
    local.get 9
    local.get 3
    i32.add
    local.set 9
    block
      loop
        local.get 5
        local.get 7
        i32.ge_u
        br_if 1
        local.get 7
        local.get 5
        i32.sub
        local.tee 8
        i32.const 256
        local.get 8
        i32.const 256
        i32.lt_u
        select
        local.set 8
        local.get 0
        local.set 4
        block
          loop
            local.get 4
            local.get 1
            i32.ge_u
            br_if 1
            local.get 1
            local.get 4
            i32.sub
            local.tee 6
            i32.const 64
            local.get 6
            i32.const 64
            i32.lt_u
            select
            local.set 6
            local.get 2
            i32.load offset=12
            local.get 4
            local.get 2
            i32.load offset=16
            i32.mul
            i32.add
            local.get 5
            local.get 2
            i32.load offset=20
            i32.mul
            i32.add
            local.set 10
            local.get 2
            i32.load offset=16
            i32.const 4
            i32.eq
            local.get 6
            i32.const 64
            i32.eq
            i32.and
            if
              local.get 10
              local.get 2
              i32.load offset=20
              local.get 8
              local.get 3
              call 4
            else
              local.get 10
              local.get 2
              i32.load offset=16
              local.get 2
              i32.load offset=20
              local.get 6
              local.get 8
              local.get 3
              call 3
            end
            local.get 2
            i32.load offset=52
            local.get 6
            local.get 8
            local.get 2
            i32.load offset=48
            local.get 5
            local.get 2
            i32.load offset=36
            i32.mul
            i32.const 4
            i32.mul
            i32.add
            local.get 3
            local.get 2
            i32.load offset=24
            local.get 4
            i32.const 4
            i32.mul
            i32.add
            local.get 2
            i32.load offset=28
            local.get 2
            i32.load offset=44
            local.get 5
            i32.add
            local.get 9
            call 0
            local.get 4
            i32.const 64
            i32.add
            local.set 4
            br 0
          end
        end
        local.get 5
        i32.const 256
        i32.add
        local.set 5
        br 0
      end
    end
  )
  (func $multiplyRows (export "multiplyRows") (param i32 i32 i32 i32)
    (local i32 i32 i32 i32 i32 i32)
    local.get 2
    i32.load offset=40
    local.set 7
    i32.const 131072
    local.set 9
    local.get 9
    local.get 3
    i32.add
    local.set 9
    block
      loop
        local.get 5
        local.get 7
        i32.ge_u
        br_if 1
        local.get 7
        local.get 5
        i32.sub
        local.tee 8
        i32.const 256
        local.get 8
        i32.const 256
        i32.lt_u
        select
        local.set 8
        local.get 0
        local.set 4
        block
          loop
            local.get 4
            local.get 1
            i32.ge_u
            br_if 1
            local.get 1
            local.get 4
            i32.sub
            local.tee 6
            i32.const 128
            local.get 6
            i32.const 128
            i32.lt_u
            select
            local.set 6
            local.get 2
            i32.load
            local.get 4
            local.get 2
            i32.load offset=4
            i32.mul
            i32.add
            local.get 5
            local.get 2
            i32.load offset=8
            i32.mul
            i32.add
            local.get 2
            i32.load offset=4
            local.get 2
            i32.load offset=8
            local.get 6
            local.get 8
            local.get 3
            call 1
            local.get 6
            local.get 2
            i32.load offset=32
            local.get 8
            local.get 3
            local.get 2
            i32.load offset=48
            local.get 5
            local.get 2
            i32.load offset=36
            i32.mul
            i32.const 4
            i32.mul
            i32.add
            local.get 2
            i32.load offset=24
            local.get 4
            local.get 2
            i32.load offset=28
            i32.mul
            i32.add
            local.get 2
            i32.load offset=28
            local.get 2
            i32.load offset=44
            local.get 5
            i32.add
            local.get 9
            call 0
            local.get 4
            i32.const 128
            i32.add
            local.set 4
            br 0
          end
        end
        local.get 5
        i32.const 256
        i32.add
        local.set 5
        br 0
      end
    end
  )
  (func $packA (export "packA") (param i32 i32 i32 i32)
    (local i32 i32 i32)
    local.get 2
    i32.load offset=40
    local.set 5
    block
      loop
        local.get 4
        local.get 5
        i32.ge_u
        br_if 1
        local.get 5
        local.get 4
        i32.sub
        local.tee 6
        i32.const 256
        local.get 6
        i32.const 256
        i32.lt_u
        select
        local.set 6
        local.get 2
        i32.load
        local.get 0
        local.get 2
        i32.load offset=4
        i32.mul
        i32.add
        local.get 4
        local.get 2
        i32.load offset=8
        i32.mul
        i32.add
        local.get 2
        i32.load offset=4
        local.get 2
        i32.load offset=8
        local.get 1
        local.get 0
        i32.sub
        local.get 6
        local.get 2
        i32.load offset=48
        local.get 4
        local.get 2
        i32.load offset=36
        i32.mul
        i32.const 4
        i32.mul
        i32.add
        local.get 0
        local.get 6
        i32.mul
        i32.const 4
        i32.mul
        i32.add
        call 1
        local.get 4
        i32.const 256
        i32.add
        local.set 4
        br 0
      end
    end
  )
  (func $packB (export "packB") (param i32 i32 i32 i32)
    (local i32 i32 i32)
    local.get 2
    i32.load offset=40
    local.set 5
    block
      loop
        local.get 4
        local.get 5
        i32.ge_u
        br_if 1
        local.get 5
        local.get 4
        i32.sub
        local.tee 6
        i32.const 256
        local.get 6
        i32.const 256
        i32.lt_u
        select
        local.set 6
        local.get 2
        i32.load offset=12
        local.get 0
        local.get 2
        i32.load offset=16
        i32.mul
        i32.add
        local.get 4
        local.get 2
        i32.load offset=20
        i32.mul
        i32.add
        local.get 2
        i32.load offset=16
        local.get 2
        i32.load offset=20
        local.get 1
        local.get 0
        i32.sub
        local.get 6
        local.get 2
        i32.load offset=48
        local.get 4
        local.get 2
        i32.load offset=36
        i32.mul
        i32.const 4
        i32.mul
        i32.add
        local.get 0
        local.get 6
        i32.mul
        i32.const 4
        i32.mul
        i32.add
        call 3
        local.get 4
        i32.const 256
        i32.add
        local.set 4
        br 0
      end
    end
  )
  (func $addRows (export "addRows") (param i32 i32 i32 i32)
    (local i32 i32 i32 i32 i32 v128 v128 v128 v128)
    local.get 1
    i32.const 4
    i32.mul
    local.set 8
    local.get 1
    i32.const -16
    i32.and
    local.set 5
    block
      loop
        local.get 4
        local.get 5
        i32.ge_u
        br_if 1
        local.get 2
        local.set 7
        i32.const 0
        local.set 6
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 9
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 10
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 11
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 12
        block
          loop
            local.get 6
            local.get 0
            i32.ge_u
            br_if 1
            local.get 9
            local.get 7
            v128.load
            f32x4.add
            local.set 9
            local.get 10
            local.get 7
            v128.load offset=16
            f32x4.add
            local.set 10
            local.get 11
            local.get 7
            v128.load offset=32
            f32x4.add
            local.set 11
            local.get 12
            local.get 7
            v128.load offset=48
            f32x4.add
            local.set 12
            local.get 7
            local.get 8
            i32.add
            local.set 7
            local.get 6
            i32.const 1
            i32.add
            local.set 6
            br 0
          end
        end
        local.get 3
        local.get 3
        v128.load
        local.get 9
        f32x4.add
        v128.store
        local.get 3
        local.get 3
        v128.load offset=16
        local.get 10
        f32x4.add
        v128.store offset=16
        local.get 3
        local.get 3
        v128.load offset=32
        local.get 11
        f32x4.add
        v128.store offset=32
        local.get 3
        local.get 3
        v128.load offset=48
        local.get 12
        f32x4.add
        v128.store offset=48
        local.get 3
        i32.const 64
        i32.add
        local.set 3
        local.get 2
        i32.const 64
        i32.add
        local.set 2
        local.get 4
        i32.const 16
        i32.add
        local.set 4
        br 0
      end
    end
    local.get 1
    i32.const -4
    i32.and
    local.set 5
    block
      loop
        local.get 4
        local.get 5
        i32.ge_u
        br_if 1
        local.get 2
        local.set 7
        i32.const 0
        local.set 6
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 9
        block
          loop
            local.get 6
            local.get 0
            i32.ge_u
            br_if 1
            local.get 9
            local.get 7
            v128.load
            f32x4.add
            local.set 9
            local.get 7
            local.get 8
            i32.add
            local.set 7
            local.get 6
            i32.const 1
            i32.add
            local.set 6
            br 0
          end
        end
        local.get 3
        local.get 3
        v128.load
        local.get 9
        f32x4.add
        v128.store
        local.get 3
        i32.const 16
        i32.add
        local.set 3
        local.get 2
        i32.const 16
        i32.add
        local.set 2
        local.get 4
        i32.const 4
        i32.add
        local.set 4
        br 0
      end
    end
    local.get 1
    i32.const -1
    i32.and
    local.set 5
    block
      loop
        local.get 4
        local.get 5
        i32.ge_u
        br_if 1
        local.get 2
        local.set 7
        i32.const 0
        local.set 6
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 9
        block
          loop
            local.get 6
            local.get 0
            i32.ge_u
            br_if 1
            local.get 9
            local.get 7
            v128.load32_zero
            f32x4.add
            local.set 9
            local.get 7
            local.get 8
            i32.add
            local.set 7
            local.get 6
            i32.const 1
            i32.add
            local.set 6
            br 0
          end
        end
        local.get 3
        local.get 3
        v128.load32_zero
        local.get 9
        f32x4.add
        f32x4.extract_lane 0
        f32.store
        local.get 3
        i32.const 4
        i32.add
        local.set 3
        local.get 2
        i32.const 4
        i32.add
        local.set 2
        local.get 4
        i32.const 1
        i32.add
        local.set 4
        br 0
      end
    end
  )
  (func $axpy (export "axpy") (param i32 i32 i32 f32)
    (local i32 i32 v128 v128 v128 v128 v128 v128 v128)
    local.get 3
    f32x4.splat
    local.set 6
    local.get 0
    i32.const -4
    i32.and
    local.set 5
    block
      loop
        local.get 4
        local.get 5
        i32.ge_u
        br_if 1
        local.get 1
        v128.load
        local.set 7
        local.get 2
        v128.load
        local.set 8
        local.get 8
        local.get 7
        local.get 6
        f32x4.mul
        f32x4.add
        local.set 9
        local.get 2
        local.get 9
        v128.store
        local.get 1
        i32.const 16
        i32.add
        local.set 1
        local.get 2
        i32.const 16
        i32.add
        local.set 2
        local.get 4
        i32.const 4
        i32.add
        local.set 4
        br 0
      end
    end
    block
      loop
        local.get 4
        local.get 0
        i32.ge_u
        br_if 1
        local.get 1
        v128.load32_zero
        local.set 10
        local.get 2
        v128.load32_zero
        local.set 11
        local.get 11
        local.get 10
        local.get 6
        f32x4.mul
        f32x4.add
        local.set 12
        local.get 2
        local.get 12
        f32x4.extract_lane 0
        f32.store
        local.get 1
        i32.const 4
        i32.add
        local.set 1
        local.get 2
        i32.const 4
        i32.add
        local.set 2
        local.get 4
        i32.const 1
        i32.add
        local.set 4
        br 0
      end
    end
  )
  (func $copy (export "copy") (param i32 i32 i32)
    local.get 0
    local.get 1
    local.get 2
    memory.copy
  )
  (func $dropoutMask (export "dropoutMask") (param i32 i32 i32 i32 i32 i32 f32)
    (local i32 v128 v128 v128 v128 v128 v128 v128 v128 v128)
    local.get 2
    i32x4.splat
    local.set 8
    local.get 3
    i32x4.splat
    local.set 9
    local.get 8
    local.get 9
    v128.xor
    i32.const 466688986
    i32x4.splat
    v128.xor
    local.set 10
    local.get 4
    i32x4.splat
    local.set 14
    local.get 5
    i32x4.splat
    local.set 15
    local.get 6
    f32x4.splat
    local.set 16
    v128.const i8x16 0 0 0 0 1 0 0 0 2 0 0 0 3 0 0 0
    local.set 13
    block
      loop
        local.get 7
        local.get 0
        i32.ge_u
        br_if 1
        local.get 13
        local.set 11
        local.get 14
        local.set 12
        local.get 11
        local.get 8
        i32x4.add
        local.set 11
        local.get 12
        local.get 9
        i32x4.add
        local.set 12
        local.get 11
        local.get 12
        i32x4.add
        local.set 11
        local.get 12
        i32.const 13
        i32x4.shl
        local.get 12
        i32.const 19
        i32x4.shr_u
        v128.or
        local.get 11
        v128.xor
        local.set 12
        local.get 11
        local.get 12
        i32x4.add
        local.set 11
        local.get 12
        i32.const 15
        i32x4.shl
        local.get 12
        i32.const 17
        i32x4.shr_u
        v128.or
        local.get 11
        v128.xor
        local.set 12
        local.get 11
        local.get 12
        i32x4.add
        local.set 11
        local.get 12
        i32.const 26
        i32x4.shl
        local.get 12
        i32.const 6
        i32x4.shr_u
        v128.or
        local.get 11
        v128.xor
        local.set 12
        local.get 11
        local.get 12
        i32x4.add
        local.set 11
        local.get 12
        i32.const 6
        i32x4.shl
        local.get 12
        i32.const 26
        i32x4.shr_u
        v128.or
        local.get 11
        v128.xor
        local.set 12
        local.get 11
        local.get 9
        i32x4.add
        local.set 11
        local.get 12
        local.get 10
        i32x4.add
        local.set 12
        local.get 12
        i32.const 1
        i32x4.splat
        i32x4.add
        local.set 12
        local.get 11
        local.get 12
        i32x4.add
        local.set 11
        local.get 12
        i32.const 17
        i32x4.shl
        local.get 12
        i32.const 15
        i32x4.shr_u
        v128.or
        local.get 11
        v128.xor
        local.set 12
        local.get 11
        local.get 12
        i32x4.add
        local.set 11
        local.get 12
        i32.const 29
        i32x4.shl
        local.get 12
        i32.const 3
        i32x4.shr_u
        v128.or
        local.get 11
        v128.xor
        local.set 12
        local.get 11
        local.get 12
        i32x4.add
        local.set 11
        local.get 12
        i32.const 16
        i32x4.shl
        local.get 12
        i32.const 16
        i32x4.shr_u
        v128.or
        local.get 11
        v128.xor
        local.set 12
        local.get 11
        local.get 12
        i32x4.add
        local.set 11
        local.get 12
        i32.const 24
        i32x4.shl
        local.get 12
        i32.const 8
        i32x4.shr_u
        v128.or
        local.get 11
        v128.xor
        local.set 12
        local.get 11
        local.get 10
        i32x4.add
        local.set 11
        local.get 12
        local.get 8
        i32x4.add
        local.set 12
        local.get 12
        i32.const 2
        i32x4.splat
        i32x4.add
        local.set 12
        local.get 11
        local.get 12
        i32x4.add
        local.set 11
        local.get 12
        i32.const 13
        i32x4.shl
        local.get 12
        i32.const 19
        i32x4.shr_u
        v128.or
        local.get 11
        v128.xor
        local.set 12
        local.get 11
        local.get 12
        i32x4.add
        local.set 11
        local.get 12
        i32.const 15
        i32x4.shl
        local.get 12
        i32.const 17
        i32x4.shr_u
        v128.or
        local.get 11
        v128.xor
        local.set 12
        local.get 11
        local.get 12
        i32x4.add
        local.set 11
        local.get 12
        i32.const 26
        i32x4.shl
        local.get 12
        i32.const 6
        i32x4.shr_u
        v128.or
        local.get 11
        v128.xor
        local.set 12
        local.get 11
        local.get 12
        i32x4.add
        local.set 11
        local.get 12
        i32.const 6
        i32x4.shl
        local.get 12
        i32.const 26
        i32x4.shr_u
        v128.or
        local.get 11
        v128.xor
        local.set 12
        local.get 11
        local.get 8
        i32x4.add
        local.set 11
        local.get 12
        local.get 9
        i32x4.add
        local.set 12
        local.get 12
        i32.const 3
        i32x4.splat
        i32x4.add
        local.set 12
        local.get 11
        local.get 12
        i32x4.add
        local.set 11
        local.get 12
        i32.const 17
        i32x4.shl
        local.get 12
        i32.const 15
        i32x4.shr_u
        v128.or
        local.get 11
        v128.xor
        local.set 12
        local.get 1
        local.get 16
        local.get 11
        local.get 15
        i32x4.lt_u
        v128.andnot
        v128.store
        local.get 1
        local.get 16
        local.get 12
        local.get 15
        i32x4.lt_u
        v128.andnot
        v128.store offset=16
        local.get 13
        i32.const 4
        i32x4.splat
        i32x4.add
        local.set 13
        local.get 1
        i32.const 32
        i32.add
        local.set 1
        local.get 7
        i32.const 8
        i32.add
        local.set 7
        br 0
      end
    end
  )
  (func $maxPool (export "maxPool") (param i32 i32 i32 i32 i32 i32 i32 i32 i32)
    (local i32 i32 i32 i32 i32 i32 i32 i32 i32 v128 v128 v128 v128 v128 v128 i32 i32 i32 i32 v128 v128 v128 v128 v128 v128)
    local.get 4
    i32.const 4
    i32.mul
    local.set 12
    block
      loop
        local.get 9
        local.get 3
        i32.ge_u
        br_if 1
        local.get 0
        local.set 13
        i32.const 0
        local.set 10
        local.get 4
        i32.const -4
        i32.and
        local.set 11
        block
          loop
            local.get 10
            local.get 11
            i32.ge_u
            br_if 1
            i32.const 1
            i32x4.splat
            local.set 23
            v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
            local.set 21
            v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
            local.set 22
            local.get 13
            local.tee 16
            v128.load
            local.set 18
            i32.const 0
            local.set 14
            block
              loop
                local.get 14
                local.get 6
                i32.ge_u
                br_if 1
                local.get 16
                local.set 17
                i32.const 0
                local.set 15
                block
                  loop
                    local.get 15
                    local.get 8
                    i32.ge_u
                    br_if 1
                    local.get 17
                    v128.load
                    local.set 19
                    local.get 18
                    local.get 19
                    f32x4.lt
                    local.get 19
                    local.get 19
                    f32x4.ne
                    v128.or
                    local.set 20
                    local.get 19
                    local.get 18
                    local.get 20
                    v128.bitselect
                    local.set 18
                    local.get 22
                    local.get 21
                    local.get 20
                    v128.bitselect
                    local.set 21
                    local.get 22
                    local.get 23
                    i32x4.add
                    local.set 22
                    local.get 17
                    local.get 12
                    i32.add
                    local.set 17
                    local.get 15
                    i32.const 1
                    i32.add
                    local.set 15
                    br 0
                  end
                end
                local.get 16
                local.get 7
                i32.add
                local.set 16
                local.get 14
                i32.const 1
                i32.add
                local.set 14
                br 0
              end
            end
            local.get 1
            local.get 18
            v128.store
            local.get 1
            i32.const 16
            i32.add
            local.set 1
            local.get 2
            local.get 21
            v128.store
            local.get 2
            i32.const 16
            i32.add
            local.set 2
            local.get 13
            i32.const 16
            i32.add
            local.set 13
            local.get 10
            i32.const 4
            i32.add
            local.set 10
            br 0
          end
        end
        local.get 4
        i32.const -1
        i32.and
        local.set 11
        block
          loop
            local.get 10
            local.get 11
            i32.ge_u
            br_if 1
            i32.const 1
            i32x4.splat
            local.set 33
            v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
            local.set 31
            v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
            local.set 32
            local.get 13
            local.tee 26
            v128.load32_zero
            local.set 28
            i32.const 0
            local.set 24
            block
              loop
                local.get 24
                local.get 6
                i32.ge_u
                br_if 1
                local.get 26
                local.set 27
                i32.const 0
                local.set 25
                block
                  loop
                    local.get 25
                    local.get 8
                    i32.ge_u
                    br_if 1
                    local.get 27
                    v128.load32_zero
                    local.set 29
                    local.get 28
                    local.get 29
                    f32x4.lt
                    local.get 29
                    local.get 29
                    f32x4.ne
                    v128.or
                    local.set 30
                    local.get 29
                    local.get 28
                    local.get 30
                    v128.bitselect
                    local.set 28
                    local.get 32
                    local.get 31
                    local.get 30
                    v128.bitselect
                    local.set 31
                    local.get 32
                    local.get 33
                    i32x4.add
                    local.set 32
                    local.get 27
                    local.get 12
                    i32.add
                    local.set 27
                    local.get 25
                    i32.const 1
                    i32.add
                    local.set 25
                    br 0
                  end
                end
                local.get 26
                local.get 7
                i32.add
                local.set 26
                local.get 24
                i32.const 1
                i32.add
                local.set 24
                br 0
              end
            end
            local.get 1
            local.get 28
            v128.store32_lane 0
            local.get 1
            i32.const 4
            i32.add
            local.set 1
            local.get 2
            local.get 31
            v128.store32_lane 0
            local.get 2
            i32.const 4
            i32.add
            local.set 2
            local.get 13
            i32.const 4
            i32.add
            local.set 13
            local.get 10
            i32.const 1
            i32.add
            local.set 10
            br 0
          end
        end
        local.get 0
        local.get 5
        i32.add
        local.set 0
        local.get 9
        i32.const 1
        i32.add
        local.set 9
        br 0
      end
    end
  )
  (func $multiply (export "multiply") (param i32 i32 i32 i32)
    (local i32 i32 v128 v128 v128 v128 v128 v128)
    local.get 0
    i32.const -4
    i32.and
    local.set 5
    block
      loop
        local.get 4
        local.get 5
        i32.ge_u
        br_if 1
        local.get 1
        v128.load
        local.set 6
        local.get 2
        v128.load
        local.set 7
        local.get 6
        local.get 7
        f32x4.mul
        local.set 8
        local.get 3
        local.get 8
        v128.store
        local.get 1
        i32.const 16
        i32.add
        local.set 1
        local.get 2
        i32.const 16
        i32.add
        local.set 2
        local.get 3
        i32.const 16
        i32.add
        local.set 3
        local.get 4
        i32.const 4
        i32.add
        local.set 4
        br 0
      end
    end
    block
      loop
        local.get 4
        local.get 0
        i32.ge_u
        br_if 1
        local.get 1
        v128.load32_zero
        local.set 9
        local.get 2
        v128.load32_zero
        local.set 10
        local.get 9
        local.get 10
        f32x4.mul
        local.set 11
        local.get 3
        local.get 11
        f32x4.extract_lane 0
        f32.store
        local.get 1
        i32.const 4
        i32.add
        local.set 1
        local.get 2
        i32.const 4
        i32.add
        local.set 2
        local.get 3
        i32.const 4
        i32.add
        local.set 3
        local.get 4
        i32.const 1
        i32.add
        local.set 4
        br 0
      end
    end
  )
  (func $scaleBy (export "scaleBy") (param i32 i32 i32 f32)
    (local i32 i32 v128 v128 v128 v128 v128)
    local.get 3
    f32x4.splat
    local.set 6
    local.get 0
    i32.const -4
    i32.and
    local.set 5
    block
      loop
        local.get 4
        local.get 5
        i32.ge_u
        br_if 1
        local.get 1
        v128.load
        local.set 7
        local.get 7
        local.get 6
        f32x4.mul
        local.set 8
        local.get 2
        local.get 8
        v128.store
        local.get 1
        i32.const 16
        i32.add
        local.set 1
        local.get 2
        i32.const 16
        i32.add
        local.set 2
        local.get 4
        i32.const 4
        i32.add
        local.set 4
        br 0
      end
    end
    block
      loop
        local.get 4
        local.get 0
        i32.ge_u
        br_if 1
        local.get 1
        v128.load32_zero
        local.set 9
        local.get 9
        local.get 6
        f32x4.mul
        local.set 10
        local.get 2
        local.get 10
        f32x4.extract_lane 0
        f32.store
        local.get 1
        i32.const 4
        i32.add
        local.set 1
        local.get 2
        i32.const 4
        i32.add
        local.set 2
        local.get 4
        i32.const 1
        i32.add
        local.set 4
        br 0
      end
    end
  )
  (func $spreadRow (export "spreadRow") (param i32 i32 i32 i32 i32 i32 i32)
    (local i32 i32 i32 i32)
    block
      loop
        local.get 7
        local.get 4
        i32.ge_u
        br_if 1
        local.get 3
        local.set 9
        i32.const 0
        local.set 8
        block
          loop
            local.get 8
            local.get 5
            i32.ge_u
            br_if 1
            local.get 1
            i32.load
            i32.const 4
            i32.mul
            local.get 2
            i32.add
            i32.load
            local.get 9
            i32.add
            local.tee 10
            local.get 10
            f32.load
            local.get 0
            f32.load
            f32.add
            f32.store
            local.get 0
            i32.const 4
            i32.add
            local.set 0
            local.get 1
            i32.const 4
            i32.add
            local.set 1
            local.get 9
            i32.const 4
            i32.add
            local.set 9
            local.get 8
            i32.const 1
            i32.add
            local.set 8
            br 0
          end
        end
        local.get 3
        local.get 6
        i32.add
        local.set 3
        local.get 7
        i32.const 1
        i32.add
        local.set 7
        br 0
      end
    end
  )
  (func $rectify (export "rectify") (param i32 i32 i32)
    (local i32 i32 v128 v128 v128 v128 v128)
    f32.const 0
    f32x4.splat
    local.set 5
    local.get 0
    i32.const -4
    i32.and
    local.set 4
    block
      loop
        local.get 3
        local.get 4
        i32.ge_u
        br_if 1
        local.get 1
        v128.load
        local.set 6
        local.get 6
        local.get 5
        f32x4.max
        local.set 7
        local.get 2
        local.get 7
        v128.store
        local.get 1
        i32.const 16
        i32.add
        local.set 1
        local.get 2
        i32.const 16
        i32.add
        local.set 2
        local.get 3
        i32.const 4
        i32.add
        local.set 3
        br 0
      end
    end
    block
      loop
        local.get 3
        local.get 0
        i32.ge_u
        br_if 1
        local.get 1
        v128.load32_zero
        local.set 8
        local.get 8
        local.get 5
        f32x4.max
        local.set 9
        local.get 2
        local.get 9
        f32x4.extract_lane 0
        f32.store
        local.get 1
        i32.const 4
        i32.add
        local.set 1
        local.get 2
        i32.const 4
        i32.add
        local.set 2
        local.get 3
        i32.const 1
        i32.add
        local.set 3
        br 0
      end
    end
  )
  (func $rectifyGradient (export "rectifyGradient") (param i32 i32 i32 i32)
    (local i32 i32 v128 v128 v128 v128 v128 v128 v128)
    f32.const 0
    f32x4.splat
    local.set 6
    local.get 0
    i32.const -4
    i32.and
    local.set 5
    block
      loop
        local.get 4
        local.get 5
        i32.ge_u
        br_if 1
        local.get 1
        v128.load
        local.set 7
        local.get 2
        v128.load
        local.set 8
        local.get 8
        local.get 7
        local.get 6
        f32x4.le
        v128.andnot
        local.set 9
        local.get 3
        local.get 9
        v128.store
        local.get 1
        i32.const 16
        i32.add
        local.set 1
        local.get 2
        i32.const 16
        i32.add
        local.set 2
        local.get 3
        i32.const 16
        i32.add
        local.set 3
        local.get 4
        i32.const 4
        i32.add
        local.set 4
        br 0
      end
    end
    block
      loop
        local.get 4
        local.get 0
        i32.ge_u
        br_if 1
        local.get 1
        v128.load32_zero
        local.set 10
        local.get 2
        v128.load32_zero
        local.set 11
        local.get 11
        local.get 10
        local.get 6
        f32x4.le
        v128.andnot
        local.set 12
        local.get 3
        local.get 12
        f32x4.extract_lane 0
        f32.store
        local.get 1
        i32.const 4
        i32.add
        local.set 1
        local.get 2
        i32.const 4
        i32.add
        local.set 2
        local.get 3
        i32.const 4
        i32.add
        local.set 3
        local.get 4
        i32.const 1
        i32.add
        local.set 4
        br 0
      end
    end
  )
  (func $sigmoid (export "sigmoid") (param i32 i32 i32)
    (local i32 i32 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128)
    f32.const 1
    f32x4.splat
    local.set 5
    f32.const 1.4426950408889634
    f32x4.splat
    local.set 6
    f32.const 0.693359375
    f32x4.splat
    local.set 7
    f32.const -0.00021219444005471377
    f32x4.splat
    local.set 8
    f32.const 0.5
    f32x4.splat
    local.set 9
    f32.const 0.16666576845994024
    f32x4.splat
    local.set 10
    f32.const 0.04166655443767975
    f32x4.splat
    local.set 11
    f32.const 0.00836320297157468
    f32x4.splat
    local.set 12
    f32.const 0.001392621346698315
    f32x4.splat
    local.set 13
    f32.const -87.33654
    f32x4.splat
    local.set 14
    f32.const 88
    f32x4.splat
    local.set 15
    f32.const 1
    f32x4.splat
    local.set 16
    local.get 0
    i32.const -4
    i32.and
    local.set 4
    block
      loop
        local.get 3
        local.get 4
        i32.ge_u
        br_if 1
        local.get 1
        v128.load
        local.set 17
        local.get 17
        f32x4.neg
        local.set 18
        local.get 18
        local.get 15
        f32x4.min
        local.get 14
        f32x4.max
        local.set 19
        local.get 19
        local.get 6
        f32x4.mul
        f32x4.nearest
        local.set 20
        local.get 19
        local.get 20
        local.get 7
        f32x4.mul
        f32x4.sub
        local.get 20
        local.get 8
        f32x4.mul
        f32x4.sub
        local.set 21
        local.get 20
        i32x4.trunc_sat_f32x4_s
        i32.const 127
        i32x4.splat
        i32x4.add
        i32.const 23
        i32x4.shl
        local.set 22
        local.get 21
        local.get 21
        local.get 21
        f32x4.mul
        local.get 13
        local.get 21
        f32x4.mul
        local.get 12
        f32x4.add
        local.get 21
        f32x4.mul
        local.get 11
        f32x4.add
        local.get 21
        f32x4.mul
        local.get 10
        f32x4.add
        local.get 21
        f32x4.mul
        local.get 9
        f32x4.add
        f32x4.mul
        f32x4.add
        local.set 23
        local.get 16
        local.get 16
        local.get 22
        local.get 23
        local.get 5
        f32x4.add
        f32x4.mul
        local.get 18
        local.get 14
        f32x4.lt
        v128.andnot
        f32x4.add
        f32x4.div
        local.set 24
        local.get 2
        local.get 24
        v128.store
        local.get 1
        i32.const 16
        i32.add
        local.set 1
        local.get 2
        i32.const 16
        i32.add
        local.set 2
        local.get 3
        i32.const 4
        i32.add
        local.set 3
        br 0
      end
    end
    block
      loop
        local.get 3
        local.get 0
        i32.ge_u
        br_if 1
        local.get 1
        v128.load32_zero
        local.set 25
        local.get 25
        f32x4.neg
        local.set 26
        local.get 26
        local.get 15
        f32x4.min
        local.get 14
        f32x4.max
        local.set 27
        local.get 27
        local.get 6
        f32x4.mul
        f32x4.nearest
        local.set 28
        local.get 27
        local.get 28
        local.get 7
        f32x4.mul
        f32x4.sub
        local.get 28
        local.get 8
        f32x4.mul
        f32x4.sub
        local.set 29
        local.get 28
        i32x4.trunc_sat_f32x4_s
        i32.const 127
        i32x4.splat
        i32x4.add
        i32.const 23
        i32x4.shl
        local.set 30
        local.get 29
        local.get 29
        local.get 29
        f32x4.mul
        local.get 13
        local.get 29
        f32x4.mul
        local.get 12
        f32x4.add
        local.get 29
        f32x4.mul
        local.get 11
        f32x4.add
        local.get 29
        f32x4.mul
        local.get 10
        f32x4.add
        local.get 29
        f32x4.mul
        local.get 9
        f32x4.add
        f32x4.mul
        f32x4.add
        local.set 31
        local.get 16
        local.get 16
        local.get 30
        local.get 31
        local.get 5
        f32x4.add
        f32x4.mul
        local.get 26
        local.get 14
        f32x4.lt
        v128.andnot
        f32x4.add
        f32x4.div
        local.set 32
        local.get 2
        local.get 32
        f32x4.extract_lane 0
        f32.store
        local.get 1
        i32.const 4
        i32.add
        local.set 1
        local.get 2
        i32.const 4
        i32.add
        local.set 2
        local.get 3
        i32.const 1
        i32.add
        local.set 3
        br 0
      end
    end
  )
  (func $sigmoidGradient (export "sigmoidGradient") (param i32 i32 i32 i32)
    (local i32 i32 v128 v128 v128 v128 v128 v128 v128)
    f32.const 1
    f32x4.splat
    local.set 6
    local.get 0
    i32.const -4
    i32.and
    local.set 5
    block
      loop
        local.get 4
        local.get 5
        i32.ge_u
        br_if 1
        local.get 1
        v128.load
        local.set 7
        local.get 2
        v128.load
        local.set 8
        local.get 8
        local.get 7
        f32x4.mul
        local.get 6
        local.get 7
        f32x4.sub
        f32x4.mul
        local.set 9
        local.get 3
        local.get 9
        v128.store
        local.get 1
        i32.const 16
        i32.add
        local.set 1
        local.get 2
        i32.const 16
        i32.add
        local.set 2
        local.get 3
        i32.const 16
        i32.add
        local.set 3
        local.get 4
        i32.const 4
        i32.add
        local.set 4
        br 0
      end
    end
    block
      loop
        local.get 4
        local.get 0
        i32.ge_u
        br_if 1
        local.get 1
        v128.load32_zero
        local.set 10
        local.get 2
        v128.load32_zero
        local.set 11
        local.get 11
        local.get 10
        f32x4.mul
        local.get 6
        local.get 10
        f32x4.sub
        f32x4.mul
        local.set 12
        local.get 3
        local.get 12
        f32x4.extract_lane 0
        f32.store
        local.get 1
        i32.const 4
        i32.add
        local.set 1
        local.get 2
        i32.const 4
        i32.add
        local.set 2
        local.get 3
        i32.const 4
        i32.add
        local.set 3
        local.get 4
        i32.const 1
        i32.add
        local.set 4
        br 0
      end
    end
  )
  (func $tanh (export "tanh") (param i32 i32 i32)
    (local i32 i32 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128)
    f32.const 1
    f32x4.splat
    local.set 5
    f32.const 1.4426950408889634
    f32x4.splat
    local.set 6
    f32.const 0.693359375
    f32x4.splat
    local.set 7
    f32.const -0.00021219444005471377
    f32x4.splat
    local.set 8
    f32.const 0.5
    f32x4.splat
    local.set 9
    f32.const 0.16666576845994024
    f32x4.splat
    local.set 10
    f32.const 0.04166655443767975
    f32x4.splat
    local.set 11
    f32.const 0.00836320297157468
    f32x4.splat
    local.set 12
    f32.const 0.001392621346698315
    f32x4.splat
    local.set 13
    f32.const -87.33654
    f32x4.splat
    local.set 14
    f32.const 88
    f32x4.splat
    local.set 15
    f32.const 2
    f32x4.splat
    local.set 16
    f32.const 20
    f32x4.splat
    local.set 17
    f32.const 0
    f32x4.splat
    local.set 18
    local.get 0
    i32.const -4
    i32.and
    local.set 4
    block
      loop
        local.get 3
        local.get 4
        i32.ge_u
        br_if 1
        local.get 1
        v128.load
        local.set 19
        local.get 19
        local.set 20
        local.get 20
        f32x4.abs
        local.get 16
        f32x4.mul
        local.get 17
        f32x4.min
        local.set 21
        local.get 21
        local.get 6
        f32x4.mul
        f32x4.nearest
        local.set 22
        local.get 21
        local.get 22
        local.get 7
        f32x4.mul
        f32x4.sub
        local.get 22
        local.get 8
        f32x4.mul
        f32x4.sub
        local.set 23
        local.get 22
        i32x4.trunc_sat_f32x4_s
        i32.const 127
        i32x4.splat
        i32x4.add
        i32.const 23
        i32x4.shl
        local.set 24
        local.get 23
        local.get 23
        local.get 23
        f32x4.mul
        local.get 13
        local.get 23
        f32x4.mul
        local.get 12
        f32x4.add
        local.get 23
        f32x4.mul
        local.get 11
        f32x4.add
        local.get 23
        f32x4.mul
        local.get 10
        f32x4.add
        local.get 23
        f32x4.mul
        local.get 9
        f32x4.add
        f32x4.mul
        f32x4.add
        local.set 25
        local.get 24
        local.get 25
        f32x4.mul
        local.get 24
        local.get 5
        f32x4.sub
        f32x4.add
        local.set 26
        local.get 20
        local.get 26
        local.get 26
        local.get 16
        f32x4.add
        f32x4.div
        local.get 18
        v128.bitselect
        local.set 27
        local.get 2
        local.get 27
        v128.store
        local.get 1
        i32.const 16
        i32.add
        local.set 1
        local.get 2
        i32.const 16
        i32.add
        local.set 2
        local.get 3
        i32.const 4
        i32.add
        local.set 3
        br 0
      end
    end
    block
      loop
        local.get 3
        local.get 0
        i32.ge_u
        br_if 1
        local.get 1
        v128.load32_zero
        local.set 28
        local.get 28
        local.set 29
        local.get 29
        f32x4.abs
        local.get 16
        f32x4.mul
        local.get 17
        f32x4.min
        local.set 30
        local.get 30
        local.get 6
        f32x4.mul
        f32x4.nearest
        local.set 31
        local.get 30
        local.get 31
        local.get 7
        f32x4.mul
        f32x4.sub
        local.get 31
        local.get 8
        f32x4.mul
        f32x4.sub
        local.set 32
        local.get 31
        i32x4.trunc_sat_f32x4_s
        i32.const 127
        i32x4.splat
        i32x4.add
        i32.const 23
        i32x4.shl
        local.set 33
        local.get 32
        local.get 32
        local.get 32
        f32x4.mul
        local.get 13
        local.get 32
        f32x4.mul
        local.get 12
        f32x4.add
        local.get 32
        f32x4.mul
        local.get 11
        f32x4.add
        local.get 32
        f32x4.mul
        local.get 10
        f32x4.add
        local.get 32
        f32x4.mul
        local.get 9
        f32x4.add
        f32x4.mul
        f32x4.add
        local.set 34
        local.get 33
        local.get 34
        f32x4.mul
        local.get 33
        local.get 5
        f32x4.sub
        f32x4.add
        local.set 35
        local.get 29
        local.get 35
        local.get 35
        local.get 16
        f32x4.add
        f32x4.div
        local.get 18
        v128.bitselect
        local.set 36
        local.get 2
        local.get 36
        f32x4.extract_lane 0
        f32.store
        local.get 1
        i32.const 4
        i32.add
        local.set 1
        local.get 2
        i32.const 4
        i32.add
        local.set 2
        local.get 3
        i32.const 1
        i32.add
        local.set 3
        br 0
      end
    end
  )
  (func $tanhGradient (export "tanhGradient") (param i32 i32 i32 i32)
    (local i32 i32 v128 v128 v128 v128 v128 v128 v128)
    f32.const 1
    f32x4.splat
    local.set 6
    local.get 0
    i32.const -4
    i32.and
    local.set 5
    block
      loop
        local.get 4
        local.get 5
        i32.ge_u
        br_if 1
        local.get 1
        v128.load
        local.set 7
        local.get 2
        v128.load
        local.set 8
        local.get 8
        local.get 6
        local.get 7
        local.get 7
        f32x4.mul
        f32x4.sub
        f32x4.mul
        local.set 9
        local.get 3
        local.get 9
        v128.store
        local.get 1
        i32.const 16
        i32.add
        local.set 1
        local.get 2
        i32.const 16
        i32.add
        local.set 2
        local.get 3
        i32.const 16
        i32.add
        local.set 3
        local.get 4
        i32.const 4
        i32.add
        local.set 4
        br 0
      end
    end
    block
      loop
        local.get 4
        local.get 0
        i32.ge_u
        br_if 1
        local.get 1
        v128.load32_zero
        local.set 10
        local.get 2
        v128.load32_zero
        local.set 11
        local.get 11
        local.get 6
        local.get 10
        local.get 10
        f32x4.mul
        f32x4.sub
        f32x4.mul
        local.set 12
        local.get 3
        local.get 12
        f32x4.extract_lane 0
        f32.store
        local.get 1
        i32.const 4
        i32.add
        local.set 1
        local.get 2
        i32.const 4
        i32.add
        local.set 2
        local.get 3
        i32.const 4
        i32.add
        local.set 3
        local.get 4
        i32.const 1
        i32.add
        local.set 4
        br 0
      end
    end
  )
  (func $gelu (export "gelu") (param i32 i32 i32)
    (local i32 i32 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128)
    f32.const 1
    f32x4.splat
    local.set 5
    f32.const 1.4426950408889634
    f32x4.splat
    local.set 6
    f32.const 0.693359375
    f32x4.splat
    local.set 7
    f32.const -0.00021219444005471377
    f32x4.splat
    local.set 8
    f32.const 0.5
    f32x4.splat
    local.set 9
    f32.const 0.16666576845994024
    f32x4.splat
    local.set 10
    f32.const 0.04166655443767975
    f32x4.splat
    local.set 11
    f32.const 0.00836320297157468
    f32x4.splat
    local.set 12
    f32.const 0.001392621346698315
    f32x4.splat
    local.set 13
    f32.const -87.33654
    f32x4.splat
    local.set 14
    f32.const 88
    f32x4.splat
    local.set 15
    f32.const -0.5
    f32x4.splat
    local.set 16
    f32.const 0
    f32x4.splat
    local.set 17
    f32.const 1
    f32x4.splat
    local.set 18
    f32.const 0.3989422804014327
    f32x4.splat
    local.set 19
    f32.const 4.4
    f32x4.splat
    local.set 20
    f32.const 0.21700110806030098
    f32x4.splat
    local.set 21
    f32.const 0.18071598402108163
    f32x4.splat
    local.set 22
    f32.const 0.12404681215191705
    f32x4.splat
    local.set 23
    f32.const 0.06844017901418768
    f32x4.splat
    local.set 24
    f32.const 0.028721933704976076
    f32x4.splat
    local.set 25
    f32.const 0.007910307152569145
    f32x4.splat
    local.set 26
    f32.const 0.0005557405622988689
    f32x4.splat
    local.set 27
    f32.const -0.000580938490873716
    f32x4.splat
    local.set 28
    f32.const -0.00019995025992796355
    f32x4.splat
    local.set 29
    f32.const 0.000024821267239744106
    f32x4.splat
    local.set 30
    f32.const 0.00002107441328677875
    f32x4.splat
    local.set 31
    local.get 0
    i32.const -4
    i32.and
    local.set 4
    block
      loop
        local.get 3
        local.get 4
        i32.ge_u
        br_if 1
        local.get 1
        v128.load
        local.set 32
        local.get 32
        local.get 32
        f32x4.mul
        local.get 16
        f32x4.mul
        local.set 33
        local.get 33
        local.get 15
        f32x4.min
        local.get 14
        f32x4.max
        local.set 34
        local.get 34
        local.get 6
        f32x4.mul
        f32x4.nearest
        local.set 35
        local.get 34
        local.get 35
        local.get 7
        f32x4.mul
        f32x4.sub
        local.get 35
        local.get 8
        f32x4.mul
        f32x4.sub
        local.set 36
        local.get 35
        i32x4.trunc_sat_f32x4_s
        i32.const 127
        i32x4.splat
        i32x4.add
        i32.const 23
        i32x4.shl
        local.set 37
        local.get 36
        local.get 36
        local.get 36
        f32x4.mul
        local.get 13
        local.get 36
        f32x4.mul
        local.get 12
        f32x4.add
        local.get 36
        f32x4.mul
        local.get 11
        f32x4.add
        local.get 36
        f32x4.mul
        local.get 10
        f32x4.add
        local.get 36
        f32x4.mul
        local.get 9
        f32x4.add
        f32x4.mul
        f32x4.add
        local.set 38
        local.get 37
        local.get 38
        local.get 5
        f32x4.add
        f32x4.mul
        local.get 33
        local.get 14
        f32x4.lt
        v128.andnot
        local.get 19
        f32x4.mul
        local.set 39
        local.get 20
        local.get 20
        local.get 32
        f32x4.abs
        f32x4.add
        f32x4.div
        local.set 40
        local.get 40
        local.get 40
        f32x4.add
        local.set 41
        local.get 41
        local.get 18
        f32x4.sub
        local.set 42
        local.get 39
        local.get 41
        local.get 31
        local.get 42
        f32x4.mul
        local.get 30
        f32x4.add
        local.get 42
        f32x4.mul
        local.get 29
        f32x4.add
        local.get 42
        f32x4.mul
        local.get 28
        f32x4.add
        local.get 42
        f32x4.mul
        local.get 27
        f32x4.add
        local.get 42
        f32x4.mul
        local.get 26
        f32x4.add
        local.get 42
        f32x4.mul
        local.get 25
        f32x4.add
        local.get 42
        f32x4.mul
        local.get 24
        f32x4.add
        local.get 42
        f32x4.mul
        local.get 23
        f32x4.add
        local.get 42
        f32x4.mul
        local.get 22
        f32x4.add
        local.get 42
        f32x4.mul
        local.get 21
        f32x4.add
        f32x4.mul
        f32x4.mul
        local.set 43
        local.get 18
        local.get 43
        f32x4.sub
        local.get 43
        local.get 17
        local.get 32
        f32x4.lt
        v128.bitselect
        local.set 44
        local.get 32
        local.get 44
        f32x4.mul
        local.set 45
        local.get 2
        local.get 45
        v128.store
        local.get 1
        i32.const 16
        i32.add
        local.set 1
        local.get 2
        i32.const 16
        i32.add
        local.set 2
        local.get 3
        i32.const 4
        i32.add
        local.set 3
        br 0
      end
    end
    block
      loop
        local.get 3
        local.get 0
        i32.ge_u
        br_if 1
        local.get 1
        v128.load32_zero
        local.set 46
        local.get 46
        local.get 46
        f32x4.mul
        local.get 16
        f32x4.mul
        local.set 47
        local.get 47
        local.get 15
        f32x4.min
        local.get 14
        f32x4.max
        local.set 48
        local.get 48
        local.get 6
        f32x4.mul
        f32x4.nearest
        local.set 49
        local.get 48
        local.get 49
        local.get 7
        f32x4.mul
        f32x4.sub
        local.get 49
        local.get 8
        f32x4.mul
        f32x4.sub
        local.set 50
        local.get 49
        i32x4.trunc_sat_f32x4_s
        i32.const 127
        i32x4.splat
        i32x4.add
        i32.const 23
        i32x4.shl
        local.set 51
        local.get 50
        local.get 50
        local.get 50
        f32x4.mul
        local.get 13
        local.get 50
        f32x4.mul
        local.get 12
        f32x4.add
        local.get 50
        f32x4.mul
        local.get 11
        f32x4.add
        local.get 50
        f32x4.mul
        local.get 10
        f32x4.add
        local.get 50
        f32x4.mul
        local.get 9
        f32x4.add
        f32x4.mul
        f32x4.add
        local.set 52
        local.get 51
        local.get 52
        local.get 5
        f32x4.add
        f32x4.mul
        local.get 47
        local.get 14
        f32x4.lt
        v128.andnot
        local.get 19
        f32x4.mul
        local.set 53
        local.get 20
        local.get 20
        local.get 46
        f32x4.abs
        f32x4.add
        f32x4.div
        local.set 54
        local.get 54
        local.get 54
        f32x4.add
        local.set 55
        local.get 55
        local.get 18
        f32x4.sub
        local.set 56
        local.get 53
        local.get 55
        local.get 31
        local.get 56
        f32x4.mul
        local.get 30
        f32x4.add
        local.get 56
        f32x4.mul
        local.get 29
        f32x4.add
        local.get 56
        f32x4.mul
        local.get 28
        f32x4.add
        local.get 56
        f32x4.mul
        local.get 27
        f32x4.add
        local.get 56
        f32x4.mul
        local.get 26
        f32x4.add
        local.get 56
        f32x4.mul
        local.get 25
        f32x4.add
        local.get 56
        f32x4.mul
        local.get 24
        f32x4.add
        local.get 56
        f32x4.mul
        local.get 23
        f32x4.add
        local.get 56
        f32x4.mul
        local.get 22
        f32x4.add
        local.get 56
        f32x4.mul
        local.get 21
        f32x4.add
        f32x4.mul
        f32x4.mul
        local.set 57
        local.get 18
        local.get 57
        f32x4.sub
        local.get 57
        local.get 17
        local.get 46
        f32x4.lt
        v128.bitselect
        local.set 58
        local.get 46
        local.get 58
        f32x4.mul
        local.set 59
        local.get 2
        local.get 59
        f32x4.extract_lane 0
        f32.store
        local.get 1
        i32.const 4
        i32.add
        local.set 1
        local.get 2
        i32.const 4
        i32.add
        local.set 2
        local.get 3
        i32.const 1
        i32.add
        local.set 3
        br 0
      end
    end
  )
  (func $geluGradient (export "geluGradient") (param i32 i32 i32 i32)
    (local i32 i32 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128)
    f32.const 1
    f32x4.splat
    local.set 6
    f32.const 1.4426950408889634
    f32x4.splat
    local.set 7
    f32.const 0.693359375
    f32x4.splat
    local.set 8
    f32.const -0.00021219444005471377
    f32x4.splat
    local.set 9
    f32.const 0.5
    f32x4.splat
    local.set 10
    f32.const 0.16666576845994024
    f32x4.splat
    local.set 11
    f32.const 0.04166655443767975
    f32x4.splat
    local.set 12
    f32.const 0.00836320297157468
    f32x4.splat
    local.set 13
    f32.const 0.001392621346698315
    f32x4.splat
    local.set 14
    f32.const -87.33654
    f32x4.splat
    local.set 15
    f32.const 88
    f32x4.splat
    local.set 16
    f32.const -0.5
    f32x4.splat
    local.set 17
    f32.const 0
    f32x4.splat
    local.set 18
    f32.const 1
    f32x4.splat
    local.set 19
    f32.const 0.3989422804014327
    f32x4.splat
    local.set 20
    f32.const 4.4
    f32x4.splat
    local.set 21
    f32.const 0.21700110806030098
    f32x4.splat
    local.set 22
    f32.const 0.18071598402108163
    f32x4.splat
    local.set 23
    f32.const 0.12404681215191705
    f32x4.splat
    local.set 24
    f32.const 0.06844017901418768
    f32x4.splat
    local.set 25
    f32.const 0.028721933704976076
    f32x4.splat
    local.set 26
    f32.const 0.007910307152569145
    f32x4.splat
    local.set 27
    f32.const 0.0005557405622988689
    f32x4.splat
    local.set 28
    f32.const -0.000580938490873716
    f32x4.splat
    local.set 29
    f32.const -0.00019995025992796355
    f32x4.splat
    local.set 30
    f32.const 0.000024821267239744106
    f32x4.splat
    local.set 31
    f32.const 0.00002107441328677875
    f32x4.splat
    local.set 32
    local.get 0
    i32.const -4
    i32.and
    local.set 5
    block
      loop
        local.get 4
        local.get 5
        i32.ge_u
        br_if 1
        local.get 1
        v128.load
        local.set 33
        local.get 2
        v128.load
        local.set 34
        local.get 33
        local.get 33
        f32x4.mul
        local.get 17
        f32x4.mul
        local.set 35
        local.get 35
        local.get 16
        f32x4.min
        local.get 15
        f32x4.max
        local.set 36
        local.get 36
        local.get 7
        f32x4.mul
        f32x4.nearest
        local.set 37
        local.get 36
        local.get 37
        local.get 8
        f32x4.mul
        f32x4.sub
        local.get 37
        local.get 9
        f32x4.mul
        f32x4.sub
        local.set 38
        local.get 37
        i32x4.trunc_sat_f32x4_s
        i32.const 127
        i32x4.splat
        i32x4.add
        i32.const 23
        i32x4.shl
        local.set 39
        local.get 38
        local.get 38
        local.get 38
        f32x4.mul
        local.get 14
        local.get 38
        f32x4.mul
        local.get 13
        f32x4.add
        local.get 38
        f32x4.mul
        local.get 12
        f32x4.add
        local.get 38
        f32x4.mul
        local.get 11
        f32x4.add
        local.get 38
        f32x4.mul
        local.get 10
        f32x4.add
        f32x4.mul
        f32x4.add
        local.set 40
        local.get 39
        local.get 40
        local.get 6
        f32x4.add
        f32x4.mul
        local.get 35
        local.get 15
        f32x4.lt
        v128.andnot
        local.get 20
        f32x4.mul
        local.set 41
        local.get 21
        local.get 21
        local.get 33
        f32x4.abs
        f32x4.add
        f32x4.div
        local.set 42
        local.get 42
        local.get 42
        f32x4.add
        local.set 43
        local.get 43
        local.get 19
        f32x4.sub
        local.set 44
        local.get 41
        local.get 43
        local.get 32
        local.get 44
        f32x4.mul
        local.get 31
        f32x4.add
        local.get 44
        f32x4.mul
        local.get 30
        f32x4.add
        local.get 44
        f32x4.mul
        local.get 29
        f32x4.add
        local.get 44
        f32x4.mul
        local.get 28
        f32x4.add
        local.get 44
        f32x4.mul
        local.get 27
        f32x4.add
        local.get 44
        f32x4.mul
        local.get 26
        f32x4.add
        local.get 44
        f32x4.mul
        local.get 25
        f32x4.add
        local.get 44
        f32x4.mul
        local.get 24
        f32x4.add
        local.get 44
        f32x4.mul
        local.get 23
        f32x4.add
        local.get 44
        f32x4.mul
        local.get 22
        f32x4.add
        f32x4.mul
        f32x4.mul
        local.set 45
        local.get 19
        local.get 45
        f32x4.sub
        local.get 45
        local.get 18
        local.get 33
        f32x4.lt
        v128.bitselect
        local.set 46
        local.get 34
        local.get 46
        local.get 33
        local.get 41
        f32x4.mul
        f32x4.add
        f32x4.mul
        local.set 47
        local.get 3
        local.get 47
        v128.store
        local.get 1
        i32.const 16
        i32.add
        local.set 1
        local.get 2
        i32.const 16
        i32.add
        local.set 2
        local.get 3
        i32.const 16
        i32.add
        local.set 3
        local.get 4
        i32.const 4
        i32.add
        local.set 4
        br 0
      end
    end
    block
      loop
        local.get 4
        local.get 0
        i32.ge_u
        br_if 1
        local.get 1
        v128.load32_zero
        local.set 48
        local.get 2
        v128.load32_zero
        local.set 49
        local.get 48
        local.get 48
        f32x4.mul
        local.get 17
        f32x4.mul
        local.set 50
        local.get 50
        local.get 16
        f32x4.min
        local.get 15
        f32x4.max
        local.set 51
        local.get 51
        local.get 7
        f32x4.mul
        f32x4.nearest
        local.set 52
        local.get 51
        local.get 52
        local.get 8
        f32x4.mul
        f32x4.sub
        local.get 52
        local.get 9
        f32x4.mul
        f32x4.sub
        local.set 53
        local.get 52
        i32x4.trunc_sat_f32x4_s
        i32.const 127
        i32x4.splat
        i32x4.add
        i32.const 23
        i32x4.shl
        local.set 54
        local.get 53
        local.get 53
        local.get 53
        f32x4.mul
        local.get 14
        local.get 53
        f32x4.mul
        local.get 13
        f32x4.add
        local.get 53
        f32x4.mul
        local.get 12
        f32x4.add
        local.get 53
        f32x4.mul
        local.get 11
        f32x4.add
        local.get 53
        f32x4.mul
        local.get 10
        f32x4.add
        f32x4.mul
        f32x4.add
        local.set 55
        local.get 54
        local.get 55
        local.get 6
        f32x4.add
        f32x4.mul
        local.get 50
        local.get 15
        f32x4.lt
        v128.andnot
        local.get 20
        f32x4.mul
        local.set 56
        local.get 21
        local.get 21
        local.get 48
        f32x4.abs
        f32x4.add
        f32x4.div
        local.set 57
        local.get 57
        local.get 57
        f32x4.add
        local.set 58
        local.get 58
        local.get 19
        f32x4.sub
        local.set 59
        local.get 56
        local.get 58
        local.get 32
        local.get 59
        f32x4.mul
        local.get 31
        f32x4.add
        local.get 59
        f32x4.mul
        local.get 30
        f32x4.add
        local.get 59
        f32x4.mul
        local.get 29
        f32x4.add
        local.get 59
        f32x4.mul
        local.get 28
        f32x4.add
        local.get 59
        f32x4.mul
        local.get 27
        f32x4.add
        local.get 59
        f32x4.mul
        local.get 26
        f32x4.add
        local.get 59
        f32x4.mul
        local.get 25
        f32x4.add
        local.get 59
        f32x4.mul
        local.get 24
        f32x4.add
        local.get 59
        f32x4.mul
        local.get 23
        f32x4.add
        local.get 59
        f32x4.mul
        local.get 22
        f32x4.add
        f32x4.mul
        f32x4.mul
        local.set 60
        local.get 19
        local.get 60
        f32x4.sub
        local.get 60
        local.get 18
        local.get 48
        f32x4.lt
        v128.bitselect
        local.set 61
        local.get 49
        local.get 61
        local.get 48
        local.get 56
        f32x4.mul
        f32x4.add
        f32x4.mul
        local.set 62
        local.get 3
        local.get 62
        f32x4.extract_lane 0
        f32.store
        local.get 1
        i32.const 4
        i32.add
        local.set 1
        local.get 2
        i32.const 4
        i32.add
        local.set 2
        local.get 3
        i32.const 4
        i32.add
        local.set 3
        local.get 4
        i32.const 1
        i32.add
        local.set 4
        br 0
      end
    end
  )
  (func $geluTanh (export "geluTanh") (param i32 i32 i32)
    (local i32 i32 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128)
    f32.const 1
    f32x4.splat
    local.set 5
    f32.const 1.4426950408889634
    f32x4.splat
    local.set 6
    f32.const 0.693359375
    f32x4.splat
    local.set 7
    f32.const -0.00021219444005471377
    f32x4.splat
    local.set 8
    f32.const 0.5
    f32x4.splat
    local.set 9
    f32.const 0.16666576845994024
    f32x4.splat
    local.set 10
    f32.const 0.04166655443767975
    f32x4.splat
    local.set 11
    f32.const 0.00836320297157468
    f32x4.splat
    local.set 12
    f32.const 0.001392621346698315
    f32x4.splat
    local.set 13
    f32.const -87.33654
    f32x4.splat
    local.set 14
    f32.const 88
    f32x4.splat
    local.set 15
    f32.const 2
    f32x4.splat
    local.set 16
    f32.const 20
    f32x4.splat
    local.set 17
    f32.const 0
    f32x4.splat
    local.set 18
    f32.const 0.5
    f32x4.splat
    local.set 19
    f32.const 1
    f32x4.splat
    local.set 20
    f32.const 0.7978845608028654
    f32x4.splat
    local.set 21
    f32.const 0.035677408136300125
    f32x4.splat
    local.set 22
    local.get 0
    i32.const -4
    i32.and
    local.set 4
    block
      loop
        local.get 3
        local.get 4
        i32.ge_u
        br_if 1
        local.get 1
        v128.load
        local.set 23
        local.get 23
        local.get 21
        local.get 22
        local.get 23
        local.get 23
        f32x4.mul
        f32x4.mul
        f32x4.add
        f32x4.mul
        local.set 24
        local.get 24
        f32x4.abs
        local.get 16
        f32x4.mul
        local.get 17
        f32x4.min
        local.set 25
        local.get 25
        local.get 6
        f32x4.mul
        f32x4.nearest
        local.set 26
        local.get 25
        local.get 26
        local.get 7
        f32x4.mul
        f32x4.sub
        local.get 26
        local.get 8
        f32x4.mul
        f32x4.sub
        local.set 27
        local.get 26
        i32x4.trunc_sat_f32x4_s
        i32.const 127
        i32x4.splat
        i32x4.add
        i32.const 23
        i32x4.shl
        local.set 28
        local.get 27
        local.get 27
        local.get 27
        f32x4.mul
        local.get 13
        local.get 27
        f32x4.mul
        local.get 12
        f32x4.add
        local.get 27
        f32x4.mul
        local.get 11
        f32x4.add
        local.get 27
        f32x4.mul
        local.get 10
        f32x4.add
        local.get 27
        f32x4.mul
        local.get 9
        f32x4.add
        f32x4.mul
        f32x4.add
        local.set 29
        local.get 28
        local.get 29
        f32x4.mul
        local.get 28
        local.get 5
        f32x4.sub
        f32x4.add
        local.set 30
        local.get 19
        local.get 23
        f32x4.mul
        local.get 20
        local.get 24
        local.get 30
        local.get 30
        local.get 16
        f32x4.add
        f32x4.div
        local.get 18
        v128.bitselect
        f32x4.add
        f32x4.mul
        local.set 31
        local.get 2
        local.get 31
        v128.store
        local.get 1
        i32.const 16
        i32.add
        local.set 1
        local.get 2
        i32.const 16
        i32.add
        local.set 2
        local.get 3
        i32.const 4
        i32.add
        local.set 3
        br 0
      end
    end
    block
      loop
        local.get 3
        local.get 0
        i32.ge_u
        br_if 1
        local.get 1
        v128.load32_zero
        local.set 32
        local.get 32
        local.get 21
        local.get 22
        local.get 32
        local.get 32
        f32x4.mul
        f32x4.mul
        f32x4.add
        f32x4.mul
        local.set 33
        local.get 33
        f32x4.abs
        local.get 16
        f32x4.mul
        local.get 17
        f32x4.min
        local.set 34
        local.get 34
        local.get 6
        f32x4.mul
        f32x4.nearest
        local.set 35
        local.get 34
        local.get 35
        local.get 7
        f32x4.mul
        f32x4.sub
        local.get 35
        local.get 8
        f32x4.mul
        f32x4.sub
        local.set 36
        local.get 35
        i32x4.trunc_sat_f32x4_s
        i32.const 127
        i32x4.splat
        i32x4.add
        i32.const 23
        i32x4.shl
        local.set 37
        local.get 36
        local.get 36
        local.get 36
        f32x4.mul
        local.get 13
        local.get 36
        f32x4.mul
        local.get 12
        f32x4.add
        local.get 36
        f32x4.mul
        local.get 11
        f32x4.add
        local.get 36
        f32x4.mul
        local.get 10
        f32x4.add
        local.get 36
        f32x4.mul
        local.get 9
        f32x4.add
        f32x4.mul
        f32x4.add
        local.set 38
        local.get 37
        local.get 38
        f32x4.mul
        local.get 37
        local.get 5
        f32x4.sub
        f32x4.add
        local.set 39
        local.get 19
        local.get 32
        f32x4.mul
        local.get 20
        local.get 33
        local.get 39
        local.get 39
        local.get 16
        f32x4.add
        f32x4.div
        local.get 18
        v128.bitselect
        f32x4.add
        f32x4.mul
        local.set 40
        local.get 2
        local.get 40
        f32x4.extract_lane 0
        f32.store
        local.get 1
        i32.const 4
        i32.add
        local.set 1
        local.get 2
        i32.const 4
        i32.add
        local.set 2
        local.get 3
        i32.const 1
        i32.add
        local.set 3
        br 0
      end
    end
  )
  (func $geluTanhGradient (export "geluTanhGradient") (param i32 i32 i32 i32)
    (local i32 i32 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128)
    f32.const 1
    f32x4.splat
    local.set 6
    f32.const 1.4426950408889634
    f32x4.splat
    local.set 7
    f32.const 0.693359375
    f32x4.splat
    local.set 8
    f32.const -0.00021219444005471377
    f32x4.splat
    local.set 9
    f32.const 0.5
    f32x4.splat
    local.set 10
    f32.const 0.16666576845994024
    f32x4.splat
    local.set 11
    f32.const 0.04166655443767975
    f32x4.splat
    local.set 12
    f32.const 0.00836320297157468
    f32x4.splat
    local.set 13
    f32.const 0.001392621346698315
    f32x4.splat
    local.set 14
    f32.const -87.33654
    f32x4.splat
    local.set 15
    f32.const 88
    f32x4.splat
    local.set 16
    f32.const 2
    f32x4.splat
    local.set 17
    f32.const 20
    f32x4.splat
    local.set 18
    f32.const 0
    f32x4.splat
    local.set 19
    f32.const 0.5
    f32x4.splat
    local.set 20
    f32.const 1
    f32x4.splat
    local.set 21
    f32.const 3
    f32x4.splat
    local.set 22
    f32.const 0.7978845608028654
    f32x4.splat
    local.set 23
    f32.const 0.035677408136300125
    f32x4.splat
    local.set 24
    f32.const 1000000
    f32x4.splat
    local.set 25
    local.get 0
    i32.const -4
    i32.and
    local.set 5
    block
      loop
        local.get 4
        local.get 5
        i32.ge_u
        br_if 1
        local.get 1
        v128.load
        local.set 26
        local.get 2
        v128.load
        local.set 27
        local.get 24
        local.get 26
        local.get 26
        f32x4.mul
        local.get 25
        f32x4.min
        f32x4.mul
        local.set 28
        local.get 26
        local.get 23
        local.get 28
        f32x4.add
        f32x4.mul
        local.set 29
        local.get 29
        f32x4.abs
        local.get 17
        f32x4.mul
        local.get 18
        f32x4.min
        local.set 30
        local.get 30
        local.get 7
        f32x4.mul
        f32x4.nearest
        local.set 31
        local.get 30
        local.get 31
        local.get 8
        f32x4.mul
        f32x4.sub
        local.get 31
        local.get 9
        f32x4.mul
        f32x4.sub
        local.set 32
        local.get 31
        i32x4.trunc_sat_f32x4_s
        i32.const 127
        i32x4.splat
        i32x4.add
        i32.const 23
        i32x4.shl
        local.set 33
        local.get 32
        local.get 32
        local.get 32
        f32x4.mul
        local.get 14
        local.get 32
        f32x4.mul
        local.get 13
        f32x4.add
        local.get 32
        f32x4.mul
        local.get 12
        f32x4.add
        local.get 32
        f32x4.mul
        local.get 11
        f32x4.add
        local.get 32
        f32x4.mul
        local.get 10
        f32x4.add
        f32x4.mul
        f32x4.add
        local.set 34
        local.get 33
        local.get 34
        f32x4.mul
        local.get 33
        local.get 6
        f32x4.sub
        f32x4.add
        local.set 35
        local.get 29
        local.get 35
        local.get 35
        local.get 17
        f32x4.add
        f32x4.div
        local.get 19
        v128.bitselect
        local.set 36
        local.get 20
        local.get 27
        f32x4.mul
        local.get 21
        local.get 36
        f32x4.add
        local.get 26
        local.get 21
        local.get 36
        local.get 36
        f32x4.mul
        f32x4.sub
        f32x4.mul
        local.get 23
        local.get 22
        local.get 28
        f32x4.mul
        f32x4.add
        f32x4.mul
        f32x4.add
        f32x4.mul
        local.set 37
        local.get 3
        local.get 37
        v128.store
        local.get 1
        i32.const 16
        i32.add
        local.set 1
        local.get 2
        i32.const 16
        i32.add
        local.set 2
        local.get 3
        i32.const 16
        i32.add
        local.set 3
        local.get 4
        i32.const 4
        i32.add
        local.set 4
        br 0
      end
    end
    block
      loop
        local.get 4
        local.get 0
        i32.ge_u
        br_if 1
        local.get 1
        v128.load32_zero
        local.set 38
        local.get 2
        v128.load32_zero
        local.set 39
        local.get 24
        local.get 38
        local.get 38
        f32x4.mul
        local.get 25
        f32x4.min
        f32x4.mul
        local.set 40
        local.get 38
        local.get 23
        local.get 40
        f32x4.add
        f32x4.mul
        local.set 41
        local.get 41
        f32x4.abs
        local.get 17
        f32x4.mul
        local.get 18
        f32x4.min
        local.set 42
        local.get 42
        local.get 7
        f32x4.mul
        f32x4.nearest
        local.set 43
        local.get 42
        local.get 43
        local.get 8
        f32x4.mul
        f32x4.sub
        local.get 43
        local.get 9
        f32x4.mul
        f32x4.sub
        local.set 44
        local.get 43
        i32x4.trunc_sat_f32x4_s
        i32.const 127
        i32x4.splat
        i32x4.add
        i32.const 23
        i32x4.shl
        local.set 45
        local.get 44
        local.get 44
        local.get 44
        f32x4.mul
        local.get 14
        local.get 44
        f32x4.mul
        local.get 13
        f32x4.add
        local.get 44
        f32x4.mul
        local.get 12
        f32x4.add
        local.get 44
        f32x4.mul
        local.get 11
        f32x4.add
        local.get 44
        f32x4.mul
        local.get 10
        f32x4.add
        f32x4.mul
        f32x4.add
        local.set 46
        local.get 45
        local.get 46
        f32x4.mul
        local.get 45
        local.get 6
        f32x4.sub
        f32x4.add
        local.set 47
        local.get 41
        local.get 47
        local.get 47
        local.get 17
        f32x4.add
        f32x4.div
        local.get 19
        v128.bitselect
        local.set 48
        local.get 20
        local.get 39
        f32x4.mul
        local.get 21
        local.get 48
        f32x4.add
        local.get 38
        local.get 21
        local.get 48
        local.get 48
        f32x4.mul
        f32x4.sub
        f32x4.mul
        local.get 23
        local.get 22
        local.get 40
        f32x4.mul
        f32x4.add
        f32x4.mul
        f32x4.add
        f32x4.mul
        local.set 49
        local.get 3
        local.get 49
        f32x4.extract_lane 0
        f32.store
        local.get 1
        i32.const 4
        i32.add
        local.set 1
        local.get 2
        i32.const 4
        i32.add
        local.set 2
        local.get 3
        i32.const 4
        i32.add
        local.set 3
        local.get 4
        i32.const 1
        i32.add
        local.set 4
        br 0
      end
    end
  )
)
