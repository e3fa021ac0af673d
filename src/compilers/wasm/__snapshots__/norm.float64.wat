(module
  (import "env" "memory" (memory 1 65536 shared))
  (func $pass0 (export "pass0") (param i32 i32 i32)
    (local i32 i32 v128 v128 v128 v128 v128 v128 i32 i32)
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
