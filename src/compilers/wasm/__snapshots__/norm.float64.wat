(module
  (import "env" "memory" (memory 1 65536 shared))
  (func $pass0 (export "pass0") (param i32 i32 i32)
    (local i32 i32 v128 v128 v128 v128 v128 i32 i32 i32 i32 i32 i32 i32 v128 v128 v128 v128 i32 i32 v128 v128 v128 v128 i32 i32 v128 v128 v128 v128 i32 i32 v128 v128 v128 v128 v128)
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
    local.set 11
    local.get 0
    i32.const 128
    i32.div_u
    local.get 11
    i32.add
    local.set 11
    local.get 3
    i32.const 4096
    i32.div_u
    local.set 12
    local.get 12
    i32.const 512
    i32.ge_u
    if
      local.get 12
      i32.const 0
      i32.mul
      local.get 4
      i32.add
      local.set 15
      local.get 12
      i32.const 0
      i32.mul
      local.get 11
      i32.add
      local.set 16
      local.get 12
      i32.const 8192
      i32.mul
      local.get 4
      i32.add
      local.set 21
      local.get 12
      i32.const 8
      i32.mul
      local.get 11
      i32.add
      local.set 22
      local.get 12
      i32.const 16384
      i32.mul
      local.get 4
      i32.add
      local.set 27
      local.get 12
      i32.const 16
      i32.mul
      local.get 11
      i32.add
      local.set 28
      local.get 12
      i32.const 24576
      i32.mul
      local.get 4
      i32.add
      local.set 33
      local.get 12
      i32.const 24
      i32.mul
      local.get 11
      i32.add
      local.set 34
      local.get 12
      local.set 13
      loop
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 17
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 18
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 19
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 20
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 23
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 24
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 25
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 26
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 29
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 30
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 31
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 32
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 35
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 36
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 37
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 38
        i32.const 4
        local.set 14
        loop
          local.get 15
          local.set 4
          i32.const 256
          local.set 10
          loop
            local.get 4
            v128.load
            local.set 5
            local.get 17
            local.get 5
            local.get 5
            f64x2.mul
            f64x2.add
            local.set 17
            local.get 4
            v128.load offset=16
            local.set 5
            local.get 18
            local.get 5
            local.get 5
            f64x2.mul
            f64x2.add
            local.set 18
            local.get 4
            v128.load offset=32
            local.set 5
            local.get 19
            local.get 5
            local.get 5
            f64x2.mul
            f64x2.add
            local.set 19
            local.get 4
            v128.load offset=48
            local.set 5
            local.get 20
            local.get 5
            local.get 5
            f64x2.mul
            f64x2.add
            local.set 20
            local.get 4
            i32.const 64
            i32.add
            local.set 4
            local.get 10
            i32.const -8
            i32.add
            local.set 10
            local.get 10
            br_if 0
          end
          local.get 4
          local.set 15
          local.get 21
          local.set 4
          i32.const 256
          local.set 10
          loop
            local.get 4
            v128.load
            local.set 5
            local.get 23
            local.get 5
            local.get 5
            f64x2.mul
            f64x2.add
            local.set 23
            local.get 4
            v128.load offset=16
            local.set 5
            local.get 24
            local.get 5
            local.get 5
            f64x2.mul
            f64x2.add
            local.set 24
            local.get 4
            v128.load offset=32
            local.set 5
            local.get 25
            local.get 5
            local.get 5
            f64x2.mul
            f64x2.add
            local.set 25
            local.get 4
            v128.load offset=48
            local.set 5
            local.get 26
            local.get 5
            local.get 5
            f64x2.mul
            f64x2.add
            local.set 26
            local.get 4
            i32.const 64
            i32.add
            local.set 4
            local.get 10
            i32.const -8
            i32.add
            local.set 10
            local.get 10
            br_if 0
          end
          local.get 4
          local.set 21
          local.get 27
          local.set 4
          i32.const 256
          local.set 10
          loop
            local.get 4
            v128.load
            local.set 5
            local.get 29
            local.get 5
            local.get 5
            f64x2.mul
            f64x2.add
            local.set 29
            local.get 4
            v128.load offset=16
            local.set 5
            local.get 30
            local.get 5
            local.get 5
            f64x2.mul
            f64x2.add
            local.set 30
            local.get 4
            v128.load offset=32
            local.set 5
            local.get 31
            local.get 5
            local.get 5
            f64x2.mul
            f64x2.add
            local.set 31
            local.get 4
            v128.load offset=48
            local.set 5
            local.get 32
            local.get 5
            local.get 5
            f64x2.mul
            f64x2.add
            local.set 32
            local.get 4
            i32.const 64
            i32.add
            local.set 4
            local.get 10
            i32.const -8
            i32.add
            local.set 10
            local.get 10
            br_if 0
          end
          local.get 4
          local.set 27
          local.get 33
          local.set 4
          i32.const 256
          local.set 10
          loop
            local.get 4
            v128.load
            local.set 5
            local.get 35
            local.get 5
            local.get 5
            f64x2.mul
            f64x2.add
            local.set 35
            local.get 4
            v128.load offset=16
            local.set 5
            local.get 36
            local.get 5
            local.get 5
            f64x2.mul
            f64x2.add
            local.set 36
            local.get 4
            v128.load offset=32
            local.set 5
            local.get 37
            local.get 5
            local.get 5
            f64x2.mul
            f64x2.add
            local.set 37
            local.get 4
            v128.load offset=48
            local.set 5
            local.get 38
            local.get 5
            local.get 5
            f64x2.mul
            f64x2.add
            local.set 38
            local.get 4
            i32.const 64
            i32.add
            local.set 4
            local.get 10
            i32.const -8
            i32.add
            local.set 10
            local.get 10
            br_if 0
          end
          local.get 4
          local.set 33
          local.get 14
          i32.const -1
          i32.add
          local.set 14
          local.get 14
          br_if 0
        end
        local.get 16
        local.get 2
        i32.load offset=8
        i32.const 0
        i32.mul
        i32.add
        local.get 17
        local.get 18
        f64x2.add
        local.get 19
        local.get 20
        f64x2.add
        f64x2.add
        local.set 17
        local.get 17
        f64x2.extract_lane 0
        local.get 17
        f64x2.extract_lane 1
        f64.add
        f64.store
        local.get 16
        i32.const 8
        i32.add
        local.set 16
        local.get 22
        local.get 2
        i32.load offset=8
        i32.const 0
        i32.mul
        i32.add
        local.get 23
        local.get 24
        f64x2.add
        local.get 25
        local.get 26
        f64x2.add
        f64x2.add
        local.set 23
        local.get 23
        f64x2.extract_lane 0
        local.get 23
        f64x2.extract_lane 1
        f64.add
        f64.store
        local.get 22
        i32.const 8
        i32.add
        local.set 22
        local.get 28
        local.get 2
        i32.load offset=8
        i32.const 0
        i32.mul
        i32.add
        local.get 29
        local.get 30
        f64x2.add
        local.get 31
        local.get 32
        f64x2.add
        f64x2.add
        local.set 29
        local.get 29
        f64x2.extract_lane 0
        local.get 29
        f64x2.extract_lane 1
        f64.add
        f64.store
        local.get 28
        i32.const 8
        i32.add
        local.set 28
        local.get 34
        local.get 2
        i32.load offset=8
        i32.const 0
        i32.mul
        i32.add
        local.get 35
        local.get 36
        f64x2.add
        local.get 37
        local.get 38
        f64x2.add
        f64x2.add
        local.set 35
        local.get 35
        f64x2.extract_lane 0
        local.get 35
        f64x2.extract_lane 1
        f64.add
        f64.store
        local.get 34
        i32.const 8
        i32.add
        local.set 34
        local.get 13
        i32.const -1
        i32.add
        local.set 13
        local.get 13
        br_if 0
      end
      local.get 34
      local.set 11
      local.get 3
      local.get 12
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
        local.set 10
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 6
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 7
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 8
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 9
        block
          loop
            local.get 10
            i32.const 8
            i32.lt_s
            br_if 1
            local.get 4
            v128.load
            local.set 5
            local.get 6
            local.get 5
            local.get 5
            f64x2.mul
            f64x2.add
            local.set 6
            local.get 4
            v128.load offset=16
            local.set 5
            local.get 7
            local.get 5
            local.get 5
            f64x2.mul
            f64x2.add
            local.set 7
            local.get 4
            v128.load offset=32
            local.set 5
            local.get 8
            local.get 5
            local.get 5
            f64x2.mul
            f64x2.add
            local.set 8
            local.get 4
            v128.load offset=48
            local.set 5
            local.get 9
            local.get 5
            local.get 5
            f64x2.mul
            f64x2.add
            local.set 9
            local.get 4
            i32.const 64
            i32.add
            local.set 4
            local.get 10
            i32.const -8
            i32.add
            local.set 10
            br 0
          end
        end
        local.get 10
        if
          local.get 10
          f64.convert_i32_s
          f64x2.splat
          local.set 39
          local.get 4
          v128.load
          local.set 5
          local.get 6
          local.get 5
          local.get 5
          f64x2.mul
          v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
          v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 240 63
          local.get 39
          f64x2.lt
          v128.bitselect
          f64x2.add
          local.set 6
          local.get 4
          v128.load offset=16
          local.set 5
          local.get 7
          local.get 5
          local.get 5
          f64x2.mul
          v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
          v128.const i8x16 0 0 0 0 0 0 0 64 0 0 0 0 0 0 8 64
          local.get 39
          f64x2.lt
          v128.bitselect
          f64x2.add
          local.set 7
          local.get 4
          v128.load offset=32
          local.set 5
          local.get 8
          local.get 5
          local.get 5
          f64x2.mul
          v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
          v128.const i8x16 0 0 0 0 0 0 16 64 0 0 0 0 0 0 20 64
          local.get 39
          f64x2.lt
          v128.bitselect
          f64x2.add
          local.set 8
          local.get 4
          v128.load offset=48
          local.set 5
          local.get 9
          local.get 5
          local.get 5
          f64x2.mul
          v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
          v128.const i8x16 0 0 0 0 0 0 24 64 0 0 0 0 0 0 28 64
          local.get 39
          f64x2.lt
          v128.bitselect
          f64x2.add
          local.set 9
          local.get 4
          i32.const 64
          i32.add
          local.set 4
        end
        local.get 11
        local.get 2
        i32.load offset=8
        i32.const 0
        i32.mul
        i32.add
        local.get 6
        local.get 7
        f64x2.add
        local.get 8
        local.get 9
        f64x2.add
        f64x2.add
        local.set 6
        local.get 6
        f64x2.extract_lane 0
        local.get 6
        f64x2.extract_lane 1
        f64.add
        f64.store
        local.get 11
        i32.const 8
        i32.add
        local.set 11
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
  (func $pass2 (export "pass2") (param i32 i32 i32)
    (local i32 i32 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 i32 i32 i32 i32 i32 i32 i32 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 i32 i32 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 i32 i32 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 i32 i32 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128)
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
    local.set 21
    local.get 0
    i32.const 128
    i32.div_u
    local.get 21
    i32.add
    local.set 21
    local.get 3
    i32.const 4096
    i32.div_u
    local.set 22
    local.get 22
    i32.const 512
    i32.ge_u
    if
      local.get 22
      i32.const 0
      i32.mul
      local.get 4
      i32.add
      local.set 25
      local.get 22
      i32.const 0
      i32.mul
      local.get 21
      i32.add
      local.set 26
      local.get 22
      i32.const 8192
      i32.mul
      local.get 4
      i32.add
      local.set 41
      local.get 22
      i32.const 8
      i32.mul
      local.get 21
      i32.add
      local.set 42
      local.get 22
      i32.const 16384
      i32.mul
      local.get 4
      i32.add
      local.set 57
      local.get 22
      i32.const 16
      i32.mul
      local.get 21
      i32.add
      local.set 58
      local.get 22
      i32.const 24576
      i32.mul
      local.get 4
      i32.add
      local.set 73
      local.get 22
      i32.const 24
      i32.mul
      local.get 21
      i32.add
      local.set 74
      local.get 22
      local.set 23
      loop
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 29
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 30
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
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 39
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 40
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 45
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 46
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 47
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 48
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 49
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 50
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 51
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 52
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 53
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 54
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 55
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 56
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 61
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 62
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 63
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 64
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 65
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 66
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 67
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 68
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 69
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 70
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 71
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 72
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 77
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 78
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 79
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 80
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 81
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 82
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 83
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 84
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 85
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 86
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 87
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 88
        i32.const 4
        local.set 24
        loop
          local.get 25
          local.set 4
          i32.const 256
          local.set 20
          loop
            local.get 4
            v128.load
            local.set 5
            local.get 5
            local.set 28
            local.get 29
            local.get 28
            local.get 28
            f64x2.mul
            f64x2.add
            local.set 29
            local.get 5
            v128.const i8x16 0 0 0 0 0 0 112 26 0 0 0 0 0 0 112 26
            f64x2.mul
            local.set 28
            local.get 33
            local.get 28
            local.get 28
            f64x2.mul
            f64x2.add
            local.set 33
            local.get 5
            v128.const i8x16 0 0 0 0 0 0 112 101 0 0 0 0 0 0 112 101
            f64x2.mul
            local.set 28
            local.get 37
            local.get 28
            local.get 28
            f64x2.mul
            f64x2.add
            local.set 37
            local.get 4
            v128.load offset=16
            local.set 5
            local.get 5
            local.set 28
            local.get 30
            local.get 28
            local.get 28
            f64x2.mul
            f64x2.add
            local.set 30
            local.get 5
            v128.const i8x16 0 0 0 0 0 0 112 26 0 0 0 0 0 0 112 26
            f64x2.mul
            local.set 28
            local.get 34
            local.get 28
            local.get 28
            f64x2.mul
            f64x2.add
            local.set 34
            local.get 5
            v128.const i8x16 0 0 0 0 0 0 112 101 0 0 0 0 0 0 112 101
            f64x2.mul
            local.set 28
            local.get 38
            local.get 28
            local.get 28
            f64x2.mul
            f64x2.add
            local.set 38
            local.get 4
            v128.load offset=32
            local.set 5
            local.get 5
            local.set 28
            local.get 31
            local.get 28
            local.get 28
            f64x2.mul
            f64x2.add
            local.set 31
            local.get 5
            v128.const i8x16 0 0 0 0 0 0 112 26 0 0 0 0 0 0 112 26
            f64x2.mul
            local.set 28
            local.get 35
            local.get 28
            local.get 28
            f64x2.mul
            f64x2.add
            local.set 35
            local.get 5
            v128.const i8x16 0 0 0 0 0 0 112 101 0 0 0 0 0 0 112 101
            f64x2.mul
            local.set 28
            local.get 39
            local.get 28
            local.get 28
            f64x2.mul
            f64x2.add
            local.set 39
            local.get 4
            v128.load offset=48
            local.set 5
            local.get 5
            local.set 28
            local.get 32
            local.get 28
            local.get 28
            f64x2.mul
            f64x2.add
            local.set 32
            local.get 5
            v128.const i8x16 0 0 0 0 0 0 112 26 0 0 0 0 0 0 112 26
            f64x2.mul
            local.set 28
            local.get 36
            local.get 28
            local.get 28
            f64x2.mul
            f64x2.add
            local.set 36
            local.get 5
            v128.const i8x16 0 0 0 0 0 0 112 101 0 0 0 0 0 0 112 101
            f64x2.mul
            local.set 28
            local.get 40
            local.get 28
            local.get 28
            f64x2.mul
            f64x2.add
            local.set 40
            local.get 4
            i32.const 64
            i32.add
            local.set 4
            local.get 20
            i32.const -8
            i32.add
            local.set 20
            local.get 20
            br_if 0
          end
          local.get 4
          local.set 25
          local.get 41
          local.set 4
          i32.const 256
          local.set 20
          loop
            local.get 4
            v128.load
            local.set 5
            local.get 5
            local.set 44
            local.get 45
            local.get 44
            local.get 44
            f64x2.mul
            f64x2.add
            local.set 45
            local.get 5
            v128.const i8x16 0 0 0 0 0 0 112 26 0 0 0 0 0 0 112 26
            f64x2.mul
            local.set 44
            local.get 49
            local.get 44
            local.get 44
            f64x2.mul
            f64x2.add
            local.set 49
            local.get 5
            v128.const i8x16 0 0 0 0 0 0 112 101 0 0 0 0 0 0 112 101
            f64x2.mul
            local.set 44
            local.get 53
            local.get 44
            local.get 44
            f64x2.mul
            f64x2.add
            local.set 53
            local.get 4
            v128.load offset=16
            local.set 5
            local.get 5
            local.set 44
            local.get 46
            local.get 44
            local.get 44
            f64x2.mul
            f64x2.add
            local.set 46
            local.get 5
            v128.const i8x16 0 0 0 0 0 0 112 26 0 0 0 0 0 0 112 26
            f64x2.mul
            local.set 44
            local.get 50
            local.get 44
            local.get 44
            f64x2.mul
            f64x2.add
            local.set 50
            local.get 5
            v128.const i8x16 0 0 0 0 0 0 112 101 0 0 0 0 0 0 112 101
            f64x2.mul
            local.set 44
            local.get 54
            local.get 44
            local.get 44
            f64x2.mul
            f64x2.add
            local.set 54
            local.get 4
            v128.load offset=32
            local.set 5
            local.get 5
            local.set 44
            local.get 47
            local.get 44
            local.get 44
            f64x2.mul
            f64x2.add
            local.set 47
            local.get 5
            v128.const i8x16 0 0 0 0 0 0 112 26 0 0 0 0 0 0 112 26
            f64x2.mul
            local.set 44
            local.get 51
            local.get 44
            local.get 44
            f64x2.mul
            f64x2.add
            local.set 51
            local.get 5
            v128.const i8x16 0 0 0 0 0 0 112 101 0 0 0 0 0 0 112 101
            f64x2.mul
            local.set 44
            local.get 55
            local.get 44
            local.get 44
            f64x2.mul
            f64x2.add
            local.set 55
            local.get 4
            v128.load offset=48
            local.set 5
            local.get 5
            local.set 44
            local.get 48
            local.get 44
            local.get 44
            f64x2.mul
            f64x2.add
            local.set 48
            local.get 5
            v128.const i8x16 0 0 0 0 0 0 112 26 0 0 0 0 0 0 112 26
            f64x2.mul
            local.set 44
            local.get 52
            local.get 44
            local.get 44
            f64x2.mul
            f64x2.add
            local.set 52
            local.get 5
            v128.const i8x16 0 0 0 0 0 0 112 101 0 0 0 0 0 0 112 101
            f64x2.mul
            local.set 44
            local.get 56
            local.get 44
            local.get 44
            f64x2.mul
            f64x2.add
            local.set 56
            local.get 4
            i32.const 64
            i32.add
            local.set 4
            local.get 20
            i32.const -8
            i32.add
            local.set 20
            local.get 20
            br_if 0
          end
          local.get 4
          local.set 41
          local.get 57
          local.set 4
          i32.const 256
          local.set 20
          loop
            local.get 4
            v128.load
            local.set 5
            local.get 5
            local.set 60
            local.get 61
            local.get 60
            local.get 60
            f64x2.mul
            f64x2.add
            local.set 61
            local.get 5
            v128.const i8x16 0 0 0 0 0 0 112 26 0 0 0 0 0 0 112 26
            f64x2.mul
            local.set 60
            local.get 65
            local.get 60
            local.get 60
            f64x2.mul
            f64x2.add
            local.set 65
            local.get 5
            v128.const i8x16 0 0 0 0 0 0 112 101 0 0 0 0 0 0 112 101
            f64x2.mul
            local.set 60
            local.get 69
            local.get 60
            local.get 60
            f64x2.mul
            f64x2.add
            local.set 69
            local.get 4
            v128.load offset=16
            local.set 5
            local.get 5
            local.set 60
            local.get 62
            local.get 60
            local.get 60
            f64x2.mul
            f64x2.add
            local.set 62
            local.get 5
            v128.const i8x16 0 0 0 0 0 0 112 26 0 0 0 0 0 0 112 26
            f64x2.mul
            local.set 60
            local.get 66
            local.get 60
            local.get 60
            f64x2.mul
            f64x2.add
            local.set 66
            local.get 5
            v128.const i8x16 0 0 0 0 0 0 112 101 0 0 0 0 0 0 112 101
            f64x2.mul
            local.set 60
            local.get 70
            local.get 60
            local.get 60
            f64x2.mul
            f64x2.add
            local.set 70
            local.get 4
            v128.load offset=32
            local.set 5
            local.get 5
            local.set 60
            local.get 63
            local.get 60
            local.get 60
            f64x2.mul
            f64x2.add
            local.set 63
            local.get 5
            v128.const i8x16 0 0 0 0 0 0 112 26 0 0 0 0 0 0 112 26
            f64x2.mul
            local.set 60
            local.get 67
            local.get 60
            local.get 60
            f64x2.mul
            f64x2.add
            local.set 67
            local.get 5
            v128.const i8x16 0 0 0 0 0 0 112 101 0 0 0 0 0 0 112 101
            f64x2.mul
            local.set 60
            local.get 71
            local.get 60
            local.get 60
            f64x2.mul
            f64x2.add
            local.set 71
            local.get 4
            v128.load offset=48
            local.set 5
            local.get 5
            local.set 60
            local.get 64
            local.get 60
            local.get 60
            f64x2.mul
            f64x2.add
            local.set 64
            local.get 5
            v128.const i8x16 0 0 0 0 0 0 112 26 0 0 0 0 0 0 112 26
            f64x2.mul
            local.set 60
            local.get 68
            local.get 60
            local.get 60
            f64x2.mul
            f64x2.add
            local.set 68
            local.get 5
            v128.const i8x16 0 0 0 0 0 0 112 101 0 0 0 0 0 0 112 101
            f64x2.mul
            local.set 60
            local.get 72
            local.get 60
            local.get 60
            f64x2.mul
            f64x2.add
            local.set 72
            local.get 4
            i32.const 64
            i32.add
            local.set 4
            local.get 20
            i32.const -8
            i32.add
            local.set 20
            local.get 20
            br_if 0
          end
          local.get 4
          local.set 57
          local.get 73
          local.set 4
          i32.const 256
          local.set 20
          loop
            local.get 4
            v128.load
            local.set 5
            local.get 5
            local.set 76
            local.get 77
            local.get 76
            local.get 76
            f64x2.mul
            f64x2.add
            local.set 77
            local.get 5
            v128.const i8x16 0 0 0 0 0 0 112 26 0 0 0 0 0 0 112 26
            f64x2.mul
            local.set 76
            local.get 81
            local.get 76
            local.get 76
            f64x2.mul
            f64x2.add
            local.set 81
            local.get 5
            v128.const i8x16 0 0 0 0 0 0 112 101 0 0 0 0 0 0 112 101
            f64x2.mul
            local.set 76
            local.get 85
            local.get 76
            local.get 76
            f64x2.mul
            f64x2.add
            local.set 85
            local.get 4
            v128.load offset=16
            local.set 5
            local.get 5
            local.set 76
            local.get 78
            local.get 76
            local.get 76
            f64x2.mul
            f64x2.add
            local.set 78
            local.get 5
            v128.const i8x16 0 0 0 0 0 0 112 26 0 0 0 0 0 0 112 26
            f64x2.mul
            local.set 76
            local.get 82
            local.get 76
            local.get 76
            f64x2.mul
            f64x2.add
            local.set 82
            local.get 5
            v128.const i8x16 0 0 0 0 0 0 112 101 0 0 0 0 0 0 112 101
            f64x2.mul
            local.set 76
            local.get 86
            local.get 76
            local.get 76
            f64x2.mul
            f64x2.add
            local.set 86
            local.get 4
            v128.load offset=32
            local.set 5
            local.get 5
            local.set 76
            local.get 79
            local.get 76
            local.get 76
            f64x2.mul
            f64x2.add
            local.set 79
            local.get 5
            v128.const i8x16 0 0 0 0 0 0 112 26 0 0 0 0 0 0 112 26
            f64x2.mul
            local.set 76
            local.get 83
            local.get 76
            local.get 76
            f64x2.mul
            f64x2.add
            local.set 83
            local.get 5
            v128.const i8x16 0 0 0 0 0 0 112 101 0 0 0 0 0 0 112 101
            f64x2.mul
            local.set 76
            local.get 87
            local.get 76
            local.get 76
            f64x2.mul
            f64x2.add
            local.set 87
            local.get 4
            v128.load offset=48
            local.set 5
            local.get 5
            local.set 76
            local.get 80
            local.get 76
            local.get 76
            f64x2.mul
            f64x2.add
            local.set 80
            local.get 5
            v128.const i8x16 0 0 0 0 0 0 112 26 0 0 0 0 0 0 112 26
            f64x2.mul
            local.set 76
            local.get 84
            local.get 76
            local.get 76
            f64x2.mul
            f64x2.add
            local.set 84
            local.get 5
            v128.const i8x16 0 0 0 0 0 0 112 101 0 0 0 0 0 0 112 101
            f64x2.mul
            local.set 76
            local.get 88
            local.get 76
            local.get 76
            f64x2.mul
            f64x2.add
            local.set 88
            local.get 4
            i32.const 64
            i32.add
            local.set 4
            local.get 20
            i32.const -8
            i32.add
            local.set 20
            local.get 20
            br_if 0
          end
          local.get 4
          local.set 73
          local.get 24
          i32.const -1
          i32.add
          local.set 24
          local.get 24
          br_if 0
        end
        local.get 26
        local.get 2
        i32.load offset=8
        i32.const 0
        i32.mul
        i32.add
        local.get 29
        local.get 30
        f64x2.add
        local.get 31
        local.get 32
        f64x2.add
        f64x2.add
        local.set 29
        local.get 29
        f64x2.extract_lane 0
        local.get 29
        f64x2.extract_lane 1
        f64.add
        f64x2.splat
        local.set 89
        local.get 33
        local.get 34
        f64x2.add
        local.get 35
        local.get 36
        f64x2.add
        f64x2.add
        local.set 33
        local.get 33
        f64x2.extract_lane 0
        local.get 33
        f64x2.extract_lane 1
        f64.add
        f64x2.splat
        local.set 90
        local.get 37
        local.get 38
        f64x2.add
        local.get 39
        local.get 40
        f64x2.add
        f64x2.add
        local.set 37
        local.get 37
        f64x2.extract_lane 0
        local.get 37
        f64x2.extract_lane 1
        f64.add
        f64x2.splat
        local.set 91
        local.get 91
        f64x2.sqrt
        v128.const i8x16 0 0 0 0 0 0 112 26 0 0 0 0 0 0 112 26
        f64x2.mul
        local.get 89
        f64x2.sqrt
        local.get 90
        f64x2.sqrt
        v128.const i8x16 0 0 0 0 0 0 112 101 0 0 0 0 0 0 112 101
        f64x2.mul
        local.get 89
        v128.const i8x16 0 0 0 0 0 0 240 127 0 0 0 0 0 0 240 127
        f64x2.ne
        v128.bitselect
        local.get 89
        v128.const i8x16 0 0 0 0 0 0 176 7 0 0 0 0 0 0 176 7
        f64x2.lt
        v128.bitselect
        f64x2.extract_lane 0
        f64.store
        local.get 26
        i32.const 8
        i32.add
        local.set 26
        local.get 42
        local.get 2
        i32.load offset=8
        i32.const 0
        i32.mul
        i32.add
        local.get 45
        local.get 46
        f64x2.add
        local.get 47
        local.get 48
        f64x2.add
        f64x2.add
        local.set 45
        local.get 45
        f64x2.extract_lane 0
        local.get 45
        f64x2.extract_lane 1
        f64.add
        f64x2.splat
        local.set 92
        local.get 49
        local.get 50
        f64x2.add
        local.get 51
        local.get 52
        f64x2.add
        f64x2.add
        local.set 49
        local.get 49
        f64x2.extract_lane 0
        local.get 49
        f64x2.extract_lane 1
        f64.add
        f64x2.splat
        local.set 93
        local.get 53
        local.get 54
        f64x2.add
        local.get 55
        local.get 56
        f64x2.add
        f64x2.add
        local.set 53
        local.get 53
        f64x2.extract_lane 0
        local.get 53
        f64x2.extract_lane 1
        f64.add
        f64x2.splat
        local.set 94
        local.get 94
        f64x2.sqrt
        v128.const i8x16 0 0 0 0 0 0 112 26 0 0 0 0 0 0 112 26
        f64x2.mul
        local.get 92
        f64x2.sqrt
        local.get 93
        f64x2.sqrt
        v128.const i8x16 0 0 0 0 0 0 112 101 0 0 0 0 0 0 112 101
        f64x2.mul
        local.get 92
        v128.const i8x16 0 0 0 0 0 0 240 127 0 0 0 0 0 0 240 127
        f64x2.ne
        v128.bitselect
        local.get 92
        v128.const i8x16 0 0 0 0 0 0 176 7 0 0 0 0 0 0 176 7
        f64x2.lt
        v128.bitselect
        f64x2.extract_lane 0
        f64.store
        local.get 42
        i32.const 8
        i32.add
        local.set 42
        local.get 58
        local.get 2
        i32.load offset=8
        i32.const 0
        i32.mul
        i32.add
        local.get 61
        local.get 62
        f64x2.add
        local.get 63
        local.get 64
        f64x2.add
        f64x2.add
        local.set 61
        local.get 61
        f64x2.extract_lane 0
        local.get 61
        f64x2.extract_lane 1
        f64.add
        f64x2.splat
        local.set 95
        local.get 65
        local.get 66
        f64x2.add
        local.get 67
        local.get 68
        f64x2.add
        f64x2.add
        local.set 65
        local.get 65
        f64x2.extract_lane 0
        local.get 65
        f64x2.extract_lane 1
        f64.add
        f64x2.splat
        local.set 96
        local.get 69
        local.get 70
        f64x2.add
        local.get 71
        local.get 72
        f64x2.add
        f64x2.add
        local.set 69
        local.get 69
        f64x2.extract_lane 0
        local.get 69
        f64x2.extract_lane 1
        f64.add
        f64x2.splat
        local.set 97
        local.get 97
        f64x2.sqrt
        v128.const i8x16 0 0 0 0 0 0 112 26 0 0 0 0 0 0 112 26
        f64x2.mul
        local.get 95
        f64x2.sqrt
        local.get 96
        f64x2.sqrt
        v128.const i8x16 0 0 0 0 0 0 112 101 0 0 0 0 0 0 112 101
        f64x2.mul
        local.get 95
        v128.const i8x16 0 0 0 0 0 0 240 127 0 0 0 0 0 0 240 127
        f64x2.ne
        v128.bitselect
        local.get 95
        v128.const i8x16 0 0 0 0 0 0 176 7 0 0 0 0 0 0 176 7
        f64x2.lt
        v128.bitselect
        f64x2.extract_lane 0
        f64.store
        local.get 58
        i32.const 8
        i32.add
        local.set 58
        local.get 74
        local.get 2
        i32.load offset=8
        i32.const 0
        i32.mul
        i32.add
        local.get 77
        local.get 78
        f64x2.add
        local.get 79
        local.get 80
        f64x2.add
        f64x2.add
        local.set 77
        local.get 77
        f64x2.extract_lane 0
        local.get 77
        f64x2.extract_lane 1
        f64.add
        f64x2.splat
        local.set 98
        local.get 81
        local.get 82
        f64x2.add
        local.get 83
        local.get 84
        f64x2.add
        f64x2.add
        local.set 81
        local.get 81
        f64x2.extract_lane 0
        local.get 81
        f64x2.extract_lane 1
        f64.add
        f64x2.splat
        local.set 99
        local.get 85
        local.get 86
        f64x2.add
        local.get 87
        local.get 88
        f64x2.add
        f64x2.add
        local.set 85
        local.get 85
        f64x2.extract_lane 0
        local.get 85
        f64x2.extract_lane 1
        f64.add
        f64x2.splat
        local.set 100
        local.get 100
        f64x2.sqrt
        v128.const i8x16 0 0 0 0 0 0 112 26 0 0 0 0 0 0 112 26
        f64x2.mul
        local.get 98
        f64x2.sqrt
        local.get 99
        f64x2.sqrt
        v128.const i8x16 0 0 0 0 0 0 112 101 0 0 0 0 0 0 112 101
        f64x2.mul
        local.get 98
        v128.const i8x16 0 0 0 0 0 0 240 127 0 0 0 0 0 0 240 127
        f64x2.ne
        v128.bitselect
        local.get 98
        v128.const i8x16 0 0 0 0 0 0 176 7 0 0 0 0 0 0 176 7
        f64x2.lt
        v128.bitselect
        f64x2.extract_lane 0
        f64.store
        local.get 74
        i32.const 8
        i32.add
        local.set 74
        local.get 23
        i32.const -1
        i32.add
        local.set 23
        local.get 23
        br_if 0
      end
      local.get 74
      local.set 21
      local.get 3
      local.get 22
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
        local.set 20
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 8
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 9
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 10
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 11
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 12
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 13
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 14
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 15
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 16
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 17
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 18
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 19
        block
          loop
            local.get 20
            i32.const 8
            i32.lt_s
            br_if 1
            local.get 4
            v128.load
            local.set 5
            local.get 5
            local.set 7
            local.get 8
            local.get 7
            local.get 7
            f64x2.mul
            f64x2.add
            local.set 8
            local.get 5
            v128.const i8x16 0 0 0 0 0 0 112 26 0 0 0 0 0 0 112 26
            f64x2.mul
            local.set 7
            local.get 12
            local.get 7
            local.get 7
            f64x2.mul
            f64x2.add
            local.set 12
            local.get 5
            v128.const i8x16 0 0 0 0 0 0 112 101 0 0 0 0 0 0 112 101
            f64x2.mul
            local.set 7
            local.get 16
            local.get 7
            local.get 7
            f64x2.mul
            f64x2.add
            local.set 16
            local.get 4
            v128.load offset=16
            local.set 5
            local.get 5
            local.set 7
            local.get 9
            local.get 7
            local.get 7
            f64x2.mul
            f64x2.add
            local.set 9
            local.get 5
            v128.const i8x16 0 0 0 0 0 0 112 26 0 0 0 0 0 0 112 26
            f64x2.mul
            local.set 7
            local.get 13
            local.get 7
            local.get 7
            f64x2.mul
            f64x2.add
            local.set 13
            local.get 5
            v128.const i8x16 0 0 0 0 0 0 112 101 0 0 0 0 0 0 112 101
            f64x2.mul
            local.set 7
            local.get 17
            local.get 7
            local.get 7
            f64x2.mul
            f64x2.add
            local.set 17
            local.get 4
            v128.load offset=32
            local.set 5
            local.get 5
            local.set 7
            local.get 10
            local.get 7
            local.get 7
            f64x2.mul
            f64x2.add
            local.set 10
            local.get 5
            v128.const i8x16 0 0 0 0 0 0 112 26 0 0 0 0 0 0 112 26
            f64x2.mul
            local.set 7
            local.get 14
            local.get 7
            local.get 7
            f64x2.mul
            f64x2.add
            local.set 14
            local.get 5
            v128.const i8x16 0 0 0 0 0 0 112 101 0 0 0 0 0 0 112 101
            f64x2.mul
            local.set 7
            local.get 18
            local.get 7
            local.get 7
            f64x2.mul
            f64x2.add
            local.set 18
            local.get 4
            v128.load offset=48
            local.set 5
            local.get 5
            local.set 7
            local.get 11
            local.get 7
            local.get 7
            f64x2.mul
            f64x2.add
            local.set 11
            local.get 5
            v128.const i8x16 0 0 0 0 0 0 112 26 0 0 0 0 0 0 112 26
            f64x2.mul
            local.set 7
            local.get 15
            local.get 7
            local.get 7
            f64x2.mul
            f64x2.add
            local.set 15
            local.get 5
            v128.const i8x16 0 0 0 0 0 0 112 101 0 0 0 0 0 0 112 101
            f64x2.mul
            local.set 7
            local.get 19
            local.get 7
            local.get 7
            f64x2.mul
            f64x2.add
            local.set 19
            local.get 4
            i32.const 64
            i32.add
            local.set 4
            local.get 20
            i32.const -8
            i32.add
            local.set 20
            br 0
          end
        end
        local.get 20
        if
          local.get 20
          f64.convert_i32_s
          f64x2.splat
          local.set 101
          local.get 4
          v128.load
          local.set 5
          local.get 5
          v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
          v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 240 63
          local.get 101
          f64x2.lt
          v128.bitselect
          local.set 6
          local.get 6
          local.set 7
          local.get 8
          local.get 7
          local.get 7
          f64x2.mul
          f64x2.add
          local.set 8
          local.get 6
          v128.const i8x16 0 0 0 0 0 0 112 26 0 0 0 0 0 0 112 26
          f64x2.mul
          local.set 7
          local.get 12
          local.get 7
          local.get 7
          f64x2.mul
          f64x2.add
          local.set 12
          local.get 6
          v128.const i8x16 0 0 0 0 0 0 112 101 0 0 0 0 0 0 112 101
          f64x2.mul
          local.set 7
          local.get 16
          local.get 7
          local.get 7
          f64x2.mul
          f64x2.add
          local.set 16
          local.get 4
          v128.load offset=16
          local.set 5
          local.get 5
          v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
          v128.const i8x16 0 0 0 0 0 0 0 64 0 0 0 0 0 0 8 64
          local.get 101
          f64x2.lt
          v128.bitselect
          local.set 6
          local.get 6
          local.set 7
          local.get 9
          local.get 7
          local.get 7
          f64x2.mul
          f64x2.add
          local.set 9
          local.get 6
          v128.const i8x16 0 0 0 0 0 0 112 26 0 0 0 0 0 0 112 26
          f64x2.mul
          local.set 7
          local.get 13
          local.get 7
          local.get 7
          f64x2.mul
          f64x2.add
          local.set 13
          local.get 6
          v128.const i8x16 0 0 0 0 0 0 112 101 0 0 0 0 0 0 112 101
          f64x2.mul
          local.set 7
          local.get 17
          local.get 7
          local.get 7
          f64x2.mul
          f64x2.add
          local.set 17
          local.get 4
          v128.load offset=32
          local.set 5
          local.get 5
          v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
          v128.const i8x16 0 0 0 0 0 0 16 64 0 0 0 0 0 0 20 64
          local.get 101
          f64x2.lt
          v128.bitselect
          local.set 6
          local.get 6
          local.set 7
          local.get 10
          local.get 7
          local.get 7
          f64x2.mul
          f64x2.add
          local.set 10
          local.get 6
          v128.const i8x16 0 0 0 0 0 0 112 26 0 0 0 0 0 0 112 26
          f64x2.mul
          local.set 7
          local.get 14
          local.get 7
          local.get 7
          f64x2.mul
          f64x2.add
          local.set 14
          local.get 6
          v128.const i8x16 0 0 0 0 0 0 112 101 0 0 0 0 0 0 112 101
          f64x2.mul
          local.set 7
          local.get 18
          local.get 7
          local.get 7
          f64x2.mul
          f64x2.add
          local.set 18
          local.get 4
          v128.load offset=48
          local.set 5
          local.get 5
          v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
          v128.const i8x16 0 0 0 0 0 0 24 64 0 0 0 0 0 0 28 64
          local.get 101
          f64x2.lt
          v128.bitselect
          local.set 6
          local.get 6
          local.set 7
          local.get 11
          local.get 7
          local.get 7
          f64x2.mul
          f64x2.add
          local.set 11
          local.get 6
          v128.const i8x16 0 0 0 0 0 0 112 26 0 0 0 0 0 0 112 26
          f64x2.mul
          local.set 7
          local.get 15
          local.get 7
          local.get 7
          f64x2.mul
          f64x2.add
          local.set 15
          local.get 6
          v128.const i8x16 0 0 0 0 0 0 112 101 0 0 0 0 0 0 112 101
          f64x2.mul
          local.set 7
          local.get 19
          local.get 7
          local.get 7
          f64x2.mul
          f64x2.add
          local.set 19
          local.get 4
          i32.const 64
          i32.add
          local.set 4
        end
        local.get 21
        local.get 2
        i32.load offset=8
        i32.const 0
        i32.mul
        i32.add
        local.get 8
        local.get 9
        f64x2.add
        local.get 10
        local.get 11
        f64x2.add
        f64x2.add
        local.set 8
        local.get 8
        f64x2.extract_lane 0
        local.get 8
        f64x2.extract_lane 1
        f64.add
        f64x2.splat
        local.set 102
        local.get 12
        local.get 13
        f64x2.add
        local.get 14
        local.get 15
        f64x2.add
        f64x2.add
        local.set 12
        local.get 12
        f64x2.extract_lane 0
        local.get 12
        f64x2.extract_lane 1
        f64.add
        f64x2.splat
        local.set 103
        local.get 16
        local.get 17
        f64x2.add
        local.get 18
        local.get 19
        f64x2.add
        f64x2.add
        local.set 16
        local.get 16
        f64x2.extract_lane 0
        local.get 16
        f64x2.extract_lane 1
        f64.add
        f64x2.splat
        local.set 104
        local.get 104
        f64x2.sqrt
        v128.const i8x16 0 0 0 0 0 0 112 26 0 0 0 0 0 0 112 26
        f64x2.mul
        local.get 102
        f64x2.sqrt
        local.get 103
        f64x2.sqrt
        v128.const i8x16 0 0 0 0 0 0 112 101 0 0 0 0 0 0 112 101
        f64x2.mul
        local.get 102
        v128.const i8x16 0 0 0 0 0 0 240 127 0 0 0 0 0 0 240 127
        f64x2.ne
        v128.bitselect
        local.get 102
        v128.const i8x16 0 0 0 0 0 0 176 7 0 0 0 0 0 0 176 7
        f64x2.lt
        v128.bitselect
        f64x2.extract_lane 0
        f64.store
        local.get 21
        i32.const 8
        i32.add
        local.set 21
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
)
