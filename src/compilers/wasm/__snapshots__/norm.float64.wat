(module
  (import "env" "memory" (memory 1 65536 shared))
  (func $pass0 (export "pass0") (param i32 i32 i32)
    (local i32 i32 v128 v128 v128 v128 v128 v128 i32 i32 i32 i32 i32 i32 i32 v128 v128 v128 v128 i32 i32 v128 v128 v128 v128 i32 i32 v128 v128 v128 v128 i32 i32 v128 v128 v128 v128)
    local.get 2
    i32.load offset=32
    local.set 4
    local.get 1
    local.get 0
    i32.sub
    local.set 3
    local.get 0
    i32.const 8
    i32.mul
    local.get 4
    i32.add
    local.set 4
    local.get 2
    i32.load offset=4
    local.set 12
    local.get 0
    i32.const 128
    i32.div_u
    local.get 12
    i32.add
    local.set 12
    local.get 3
    i32.const 4096
    i32.div_u
    local.set 13
    local.get 13
    i32.const 512
    i32.ge_u
    if
      local.get 13
      i32.const 0
      i32.mul
      local.get 4
      i32.add
      local.set 16
      local.get 13
      i32.const 0
      i32.mul
      local.get 12
      i32.add
      local.set 17
      local.get 13
      i32.const 8192
      i32.mul
      local.get 4
      i32.add
      local.set 22
      local.get 13
      i32.const 8
      i32.mul
      local.get 12
      i32.add
      local.set 23
      local.get 13
      i32.const 16384
      i32.mul
      local.get 4
      i32.add
      local.set 28
      local.get 13
      i32.const 16
      i32.mul
      local.get 12
      i32.add
      local.set 29
      local.get 13
      i32.const 24576
      i32.mul
      local.get 4
      i32.add
      local.set 34
      local.get 13
      i32.const 24
      i32.mul
      local.get 12
      i32.add
      local.set 35
      local.get 13
      local.set 14
      loop
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 18
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 19
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 20
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 21
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 24
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 25
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 26
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 27
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 30
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 31
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 32
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 33
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 36
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 37
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 38
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 39
        i32.const 4
        local.set 15
        loop
          local.get 16
          local.set 4
          i32.const 256
          local.set 11
          loop
            local.get 4
            v128.load
            local.set 5
            local.get 5
            local.get 5
            f64x2.mul
            local.set 6
            local.get 18
            local.get 6
            f64x2.add
            local.set 18
            local.get 4
            v128.load offset=16
            local.set 5
            local.get 5
            local.get 5
            f64x2.mul
            local.set 6
            local.get 19
            local.get 6
            f64x2.add
            local.set 19
            local.get 4
            v128.load offset=32
            local.set 5
            local.get 5
            local.get 5
            f64x2.mul
            local.set 6
            local.get 20
            local.get 6
            f64x2.add
            local.set 20
            local.get 4
            v128.load offset=48
            local.set 5
            local.get 5
            local.get 5
            f64x2.mul
            local.set 6
            local.get 21
            local.get 6
            f64x2.add
            local.set 21
            local.get 4
            i32.const 64
            i32.add
            local.set 4
            local.get 11
            i32.const -8
            i32.add
            local.set 11
            local.get 11
            br_if 0
          end
          local.get 4
          local.set 16
          local.get 22
          local.set 4
          i32.const 256
          local.set 11
          loop
            local.get 4
            v128.load
            local.set 5
            local.get 5
            local.get 5
            f64x2.mul
            local.set 6
            local.get 24
            local.get 6
            f64x2.add
            local.set 24
            local.get 4
            v128.load offset=16
            local.set 5
            local.get 5
            local.get 5
            f64x2.mul
            local.set 6
            local.get 25
            local.get 6
            f64x2.add
            local.set 25
            local.get 4
            v128.load offset=32
            local.set 5
            local.get 5
            local.get 5
            f64x2.mul
            local.set 6
            local.get 26
            local.get 6
            f64x2.add
            local.set 26
            local.get 4
            v128.load offset=48
            local.set 5
            local.get 5
            local.get 5
            f64x2.mul
            local.set 6
            local.get 27
            local.get 6
            f64x2.add
            local.set 27
            local.get 4
            i32.const 64
            i32.add
            local.set 4
            local.get 11
            i32.const -8
            i32.add
            local.set 11
            local.get 11
            br_if 0
          end
          local.get 4
          local.set 22
          local.get 28
          local.set 4
          i32.const 256
          local.set 11
          loop
            local.get 4
            v128.load
            local.set 5
            local.get 5
            local.get 5
            f64x2.mul
            local.set 6
            local.get 30
            local.get 6
            f64x2.add
            local.set 30
            local.get 4
            v128.load offset=16
            local.set 5
            local.get 5
            local.get 5
            f64x2.mul
            local.set 6
            local.get 31
            local.get 6
            f64x2.add
            local.set 31
            local.get 4
            v128.load offset=32
            local.set 5
            local.get 5
            local.get 5
            f64x2.mul
            local.set 6
            local.get 32
            local.get 6
            f64x2.add
            local.set 32
            local.get 4
            v128.load offset=48
            local.set 5
            local.get 5
            local.get 5
            f64x2.mul
            local.set 6
            local.get 33
            local.get 6
            f64x2.add
            local.set 33
            local.get 4
            i32.const 64
            i32.add
            local.set 4
            local.get 11
            i32.const -8
            i32.add
            local.set 11
            local.get 11
            br_if 0
          end
          local.get 4
          local.set 28
          local.get 34
          local.set 4
          i32.const 256
          local.set 11
          loop
            local.get 4
            v128.load
            local.set 5
            local.get 5
            local.get 5
            f64x2.mul
            local.set 6
            local.get 36
            local.get 6
            f64x2.add
            local.set 36
            local.get 4
            v128.load offset=16
            local.set 5
            local.get 5
            local.get 5
            f64x2.mul
            local.set 6
            local.get 37
            local.get 6
            f64x2.add
            local.set 37
            local.get 4
            v128.load offset=32
            local.set 5
            local.get 5
            local.get 5
            f64x2.mul
            local.set 6
            local.get 38
            local.get 6
            f64x2.add
            local.set 38
            local.get 4
            v128.load offset=48
            local.set 5
            local.get 5
            local.get 5
            f64x2.mul
            local.set 6
            local.get 39
            local.get 6
            f64x2.add
            local.set 39
            local.get 4
            i32.const 64
            i32.add
            local.set 4
            local.get 11
            i32.const -8
            i32.add
            local.set 11
            local.get 11
            br_if 0
          end
          local.get 4
          local.set 34
          local.get 15
          i32.const -1
          i32.add
          local.set 15
          local.get 15
          br_if 0
        end
        local.get 17
        local.get 2
        i32.load offset=8
        i32.const 0
        i32.mul
        i32.add
        local.get 18
        local.get 19
        f64x2.add
        local.get 20
        local.get 21
        f64x2.add
        f64x2.add
        local.set 18
        local.get 18
        f64x2.extract_lane 0
        local.get 18
        f64x2.extract_lane 1
        f64.add
        f64.store
        local.get 17
        i32.const 8
        i32.add
        local.set 17
        local.get 23
        local.get 2
        i32.load offset=8
        i32.const 0
        i32.mul
        i32.add
        local.get 24
        local.get 25
        f64x2.add
        local.get 26
        local.get 27
        f64x2.add
        f64x2.add
        local.set 24
        local.get 24
        f64x2.extract_lane 0
        local.get 24
        f64x2.extract_lane 1
        f64.add
        f64.store
        local.get 23
        i32.const 8
        i32.add
        local.set 23
        local.get 29
        local.get 2
        i32.load offset=8
        i32.const 0
        i32.mul
        i32.add
        local.get 30
        local.get 31
        f64x2.add
        local.get 32
        local.get 33
        f64x2.add
        f64x2.add
        local.set 30
        local.get 30
        f64x2.extract_lane 0
        local.get 30
        f64x2.extract_lane 1
        f64.add
        f64.store
        local.get 29
        i32.const 8
        i32.add
        local.set 29
        local.get 35
        local.get 2
        i32.load offset=8
        i32.const 0
        i32.mul
        i32.add
        local.get 36
        local.get 37
        f64x2.add
        local.get 38
        local.get 39
        f64x2.add
        f64x2.add
        local.set 36
        local.get 36
        f64x2.extract_lane 0
        local.get 36
        f64x2.extract_lane 1
        f64.add
        f64.store
        local.get 35
        i32.const 8
        i32.add
        local.set 35
        local.get 14
        i32.const -1
        i32.add
        local.set 14
        local.get 14
        br_if 0
      end
      local.get 35
      local.set 12
      local.get 3
      local.get 13
      i32.const 4096
      i32.mul
      i32.sub
      local.set 3
    end
    block
      local.get 3
      i32.eqz
      br_if 0
      loop
        local.get 3
        i32.const 1024
        local.get 3
        i32.const 1024
        i32.lt_s
        select
        local.set 11
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 7
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 8
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 9
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 10
        block
          loop
            local.get 11
            i32.const 8
            i32.lt_s
            br_if 1
            local.get 4
            v128.load
            local.set 5
            local.get 5
            local.get 5
            f64x2.mul
            local.set 6
            local.get 7
            local.get 6
            f64x2.add
            local.set 7
            local.get 4
            v128.load offset=16
            local.set 5
            local.get 5
            local.get 5
            f64x2.mul
            local.set 6
            local.get 8
            local.get 6
            f64x2.add
            local.set 8
            local.get 4
            v128.load offset=32
            local.set 5
            local.get 5
            local.get 5
            f64x2.mul
            local.set 6
            local.get 9
            local.get 6
            f64x2.add
            local.set 9
            local.get 4
            v128.load offset=48
            local.set 5
            local.get 5
            local.get 5
            f64x2.mul
            local.set 6
            local.get 10
            local.get 6
            f64x2.add
            local.set 10
            local.get 4
            i32.const 64
            i32.add
            local.set 4
            local.get 11
            i32.const -8
            i32.add
            local.set 11
            br 0
          end
        end
        local.get 11
        if
          local.get 4
          v128.load
          local.set 5
          local.get 5
          local.get 5
          f64x2.mul
          local.set 6
          local.get 7
          local.get 6
          v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
          v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 240 63
          local.get 11
          f64.convert_i32_s
          f64x2.splat
          f64x2.lt
          v128.bitselect
          f64x2.add
          local.set 7
          local.get 4
          v128.load offset=16
          local.set 5
          local.get 5
          local.get 5
          f64x2.mul
          local.set 6
          local.get 8
          local.get 6
          v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
          v128.const i8x16 0 0 0 0 0 0 0 64 0 0 0 0 0 0 8 64
          local.get 11
          f64.convert_i32_s
          f64x2.splat
          f64x2.lt
          v128.bitselect
          f64x2.add
          local.set 8
          local.get 4
          v128.load offset=32
          local.set 5
          local.get 5
          local.get 5
          f64x2.mul
          local.set 6
          local.get 9
          local.get 6
          v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
          v128.const i8x16 0 0 0 0 0 0 16 64 0 0 0 0 0 0 20 64
          local.get 11
          f64.convert_i32_s
          f64x2.splat
          f64x2.lt
          v128.bitselect
          f64x2.add
          local.set 9
          local.get 4
          v128.load offset=48
          local.set 5
          local.get 5
          local.get 5
          f64x2.mul
          local.set 6
          local.get 10
          local.get 6
          v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
          v128.const i8x16 0 0 0 0 0 0 24 64 0 0 0 0 0 0 28 64
          local.get 11
          f64.convert_i32_s
          f64x2.splat
          f64x2.lt
          v128.bitselect
          f64x2.add
          local.set 10
          local.get 4
          i32.const 64
          i32.add
          local.set 4
        end
        local.get 12
        local.get 2
        i32.load offset=8
        i32.const 0
        i32.mul
        i32.add
        local.get 7
        local.get 8
        f64x2.add
        local.get 9
        local.get 10
        f64x2.add
        f64x2.add
        local.set 7
        local.get 7
        f64x2.extract_lane 0
        local.get 7
        f64x2.extract_lane 1
        f64.add
        f64.store
        local.get 12
        i32.const 8
        i32.add
        local.set 12
        local.get 3
        i32.const -1024
        i32.add
        local.set 3
        local.get 3
        i32.const 0
        i32.gt_s
        br_if 0
      end
    end
  )
  (func $pass1 (export "pass1") (param i32 i32 i32)
    (local i32 v128 v128 i32 i32 v128 v128 v128 v128 v128)
    local.get 2
    i32.load
    v128.load64_splat
    local.set 4
    local.get 2
    i32.load
    v128.load64_splat offset=8
    local.set 5
    local.get 2
    i32.load offset=32
    local.set 6
    local.get 2
    i32.load offset=28
    local.set 7
    local.get 1
    local.get 0
    i32.sub
    local.set 3
    local.get 0
    i32.const 8
    i32.mul
    local.get 6
    i32.add
    local.set 6
    local.get 0
    i32.const 8
    i32.mul
    local.get 7
    i32.add
    local.set 7
    block
      local.get 3
      i32.eqz
      br_if 0
      loop
        local.get 6
        v128.load
        local.set 8
        local.get 7
        v128.load
        local.set 9
        local.get 8
        local.get 5
        f64x2.div
        local.set 10
        local.get 4
        local.get 10
        f64x2.mul
        local.set 11
        local.get 9
        local.get 11
        f64x2.sub
        local.set 12
        local.get 7
        local.get 12
        v128.store
        local.get 6
        v128.load offset=16
        local.set 8
        local.get 7
        v128.load offset=16
        local.set 9
        local.get 8
        local.get 5
        f64x2.div
        local.set 10
        local.get 4
        local.get 10
        f64x2.mul
        local.set 11
        local.get 9
        local.get 11
        f64x2.sub
        local.set 12
        local.get 7
        local.get 12
        v128.store offset=16
        local.get 6
        v128.load offset=32
        local.set 8
        local.get 7
        v128.load offset=32
        local.set 9
        local.get 8
        local.get 5
        f64x2.div
        local.set 10
        local.get 4
        local.get 10
        f64x2.mul
        local.set 11
        local.get 9
        local.get 11
        f64x2.sub
        local.set 12
        local.get 7
        local.get 12
        v128.store offset=32
        local.get 6
        v128.load offset=48
        local.set 8
        local.get 7
        v128.load offset=48
        local.set 9
        local.get 8
        local.get 5
        f64x2.div
        local.set 10
        local.get 4
        local.get 10
        f64x2.mul
        local.set 11
        local.get 9
        local.get 11
        f64x2.sub
        local.set 12
        local.get 7
        local.get 12
        v128.store offset=48
        local.get 6
        i32.const 64
        i32.add
        local.set 6
        local.get 7
        i32.const 64
        i32.add
        local.set 7
        local.get 3
        i32.const -8
        i32.add
        local.set 3
        local.get 3
        i32.const 0
        i32.gt_s
        br_if 0
      end
    end
  )
)
