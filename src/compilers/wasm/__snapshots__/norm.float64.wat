(module
  (import "env" "memory" (memory 1 65536 shared))
  (func $pass0 (export "pass0") (param i32)
    (local i32 i32 v128 v128 v128 v128 v128 v128 i32 i32)
    local.get 0
    i32.load
    local.set 1
    local.get 0
    i32.load offset=36
    local.set 2
    local.get 0
    i32.load offset=8
    local.set 10
    block
      local.get 1
      i32.eqz
      br_if 0
      loop
        local.get 1
        i32.const 1024
        local.get 1
        i32.const 1024
        i32.lt_s
        select
        local.set 9
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 5
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 6
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 7
        v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        local.set 8
        block
          loop
            local.get 9
            i32.const 8
            i32.lt_s
            br_if 1
            local.get 2
            v128.load
            local.set 3
            local.get 3
            local.get 3
            f64x2.mul
            local.set 4
            local.get 5
            local.get 4
            f64x2.add
            local.set 5
            local.get 2
            v128.load offset=16
            local.set 3
            local.get 3
            local.get 3
            f64x2.mul
            local.set 4
            local.get 6
            local.get 4
            f64x2.add
            local.set 6
            local.get 2
            v128.load offset=32
            local.set 3
            local.get 3
            local.get 3
            f64x2.mul
            local.set 4
            local.get 7
            local.get 4
            f64x2.add
            local.set 7
            local.get 2
            v128.load offset=48
            local.set 3
            local.get 3
            local.get 3
            f64x2.mul
            local.set 4
            local.get 8
            local.get 4
            f64x2.add
            local.set 8
            local.get 2
            i32.const 64
            i32.add
            local.set 2
            local.get 9
            i32.const -8
            i32.add
            local.set 9
            br 0
          end
        end
        local.get 9
        if
          local.get 2
          v128.load
          local.set 3
          local.get 3
          local.get 3
          f64x2.mul
          local.set 4
          local.get 5
          local.get 4
          v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
          v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 240 63
          local.get 9
          f64.convert_i32_s
          f64x2.splat
          f64x2.lt
          v128.bitselect
          f64x2.add
          local.set 5
          local.get 2
          v128.load offset=16
          local.set 3
          local.get 3
          local.get 3
          f64x2.mul
          local.set 4
          local.get 6
          local.get 4
          v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
          v128.const i8x16 0 0 0 0 0 0 0 64 0 0 0 0 0 0 8 64
          local.get 9
          f64.convert_i32_s
          f64x2.splat
          f64x2.lt
          v128.bitselect
          f64x2.add
          local.set 6
          local.get 2
          v128.load offset=32
          local.set 3
          local.get 3
          local.get 3
          f64x2.mul
          local.set 4
          local.get 7
          local.get 4
          v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
          v128.const i8x16 0 0 0 0 0 0 16 64 0 0 0 0 0 0 20 64
          local.get 9
          f64.convert_i32_s
          f64x2.splat
          f64x2.lt
          v128.bitselect
          f64x2.add
          local.set 7
          local.get 2
          v128.load offset=48
          local.set 3
          local.get 3
          local.get 3
          f64x2.mul
          local.set 4
          local.get 8
          local.get 4
          v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
          v128.const i8x16 0 0 0 0 0 0 24 64 0 0 0 0 0 0 28 64
          local.get 9
          f64.convert_i32_s
          f64x2.splat
          f64x2.lt
          v128.bitselect
          f64x2.add
          local.set 8
          local.get 2
          i32.const 64
          i32.add
          local.set 2
        end
        local.get 10
        local.get 0
        i32.load offset=12
        i32.const 0
        i32.mul
        i32.add
        local.get 5
        local.get 6
        f64x2.add
        local.get 7
        local.get 8
        f64x2.add
        f64x2.add
        local.set 5
        local.get 5
        f64x2.extract_lane 0
        local.get 5
        f64x2.extract_lane 1
        f64.add
        f64.store
        local.get 10
        i32.const 8
        i32.add
        local.set 10
        local.get 1
        i32.const -1024
        i32.add
        local.set 1
        local.get 1
        i32.const 0
        i32.gt_s
        br_if 0
      end
    end
  )
  (func $pass1 (export "pass1") (param i32)
    (local i32 v128 v128 i32 i32 v128 v128 v128 v128 v128)
    local.get 0
    i32.load
    local.set 1
    local.get 0
    i32.load offset=4
    v128.load64_splat
    local.set 2
    local.get 0
    i32.load offset=4
    v128.load64_splat offset=8
    local.set 3
    local.get 0
    i32.load offset=36
    local.set 4
    local.get 0
    i32.load offset=32
    local.set 5
    block
      local.get 1
      i32.eqz
      br_if 0
      loop
        local.get 4
        v128.load
        local.set 6
        local.get 5
        v128.load
        local.set 7
        local.get 6
        local.get 3
        f64x2.div
        local.set 8
        local.get 2
        local.get 8
        f64x2.mul
        local.set 9
        local.get 7
        local.get 9
        f64x2.sub
        local.set 10
        local.get 5
        local.get 10
        v128.store
        local.get 4
        v128.load offset=16
        local.set 6
        local.get 5
        v128.load offset=16
        local.set 7
        local.get 6
        local.get 3
        f64x2.div
        local.set 8
        local.get 2
        local.get 8
        f64x2.mul
        local.set 9
        local.get 7
        local.get 9
        f64x2.sub
        local.set 10
        local.get 5
        local.get 10
        v128.store offset=16
        local.get 4
        v128.load offset=32
        local.set 6
        local.get 5
        v128.load offset=32
        local.set 7
        local.get 6
        local.get 3
        f64x2.div
        local.set 8
        local.get 2
        local.get 8
        f64x2.mul
        local.set 9
        local.get 7
        local.get 9
        f64x2.sub
        local.set 10
        local.get 5
        local.get 10
        v128.store offset=32
        local.get 4
        v128.load offset=48
        local.set 6
        local.get 5
        v128.load offset=48
        local.set 7
        local.get 6
        local.get 3
        f64x2.div
        local.set 8
        local.get 2
        local.get 8
        f64x2.mul
        local.set 9
        local.get 7
        local.get 9
        f64x2.sub
        local.set 10
        local.get 5
        local.get 10
        v128.store offset=48
        local.get 4
        i32.const 64
        i32.add
        local.set 4
        local.get 5
        i32.const 64
        i32.add
        local.set 5
        local.get 1
        i32.const -8
        i32.add
        local.set 1
        local.get 1
        i32.const 0
        i32.gt_s
        br_if 0
      end
    end
  )
)
