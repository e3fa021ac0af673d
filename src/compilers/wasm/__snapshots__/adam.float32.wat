(module
  (import "env" "memory" (memory 1 65536 shared))
  (func $pass0 (export "pass0") (param i32 i32 i32)
    (local i32 v128 v128 v128 v128 v128 v128 v128 v128 i32 i32 i32 i32 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128)
    local.get 2
    i32.load
    v128.load32_splat
    local.set 4
    local.get 2
    i32.load
    v128.load32_splat offset=4
    local.set 5
    local.get 2
    i32.load
    v128.load32_splat offset=8
    local.set 6
    local.get 2
    i32.load
    v128.load32_splat offset=12
    local.set 7
    local.get 2
    i32.load
    v128.load32_splat offset=16
    local.set 8
    local.get 2
    i32.load
    v128.load32_splat offset=20
    local.set 9
    local.get 2
    i32.load
    v128.load32_splat offset=24
    local.set 10
    local.get 2
    i32.load
    v128.load32_splat offset=28
    local.set 11
    local.get 2
    i32.load offset=32
    local.set 12
    local.get 2
    i32.load offset=28
    local.set 13
    local.get 2
    i32.load offset=36
    local.set 14
    local.get 2
    i32.load offset=40
    local.set 15
    local.get 1
    local.get 0
    i32.sub
    local.set 3
    local.get 0
    i32.const 4
    i32.mul
    local.get 12
    i32.add
    local.set 12
    local.get 0
    i32.const 4
    i32.mul
    local.get 13
    i32.add
    local.set 13
    local.get 0
    i32.const 4
    i32.mul
    local.get 14
    i32.add
    local.set 14
    local.get 0
    i32.const 4
    i32.mul
    local.get 15
    i32.add
    local.set 15
    block
      local.get 3
      i32.eqz
      br_if 0
      loop
        local.get 12
        v128.load
        local.set 16
        local.get 13
        v128.load
        local.set 17
        local.get 14
        v128.load
        local.set 18
        local.get 15
        v128.load
        local.set 19
        local.get 5
        local.get 18
        f32x4.mul
        local.set 20
        local.get 8
        local.get 16
        f32x4.mul
        local.set 21
        local.get 20
        local.get 21
        f32x4.add
        local.set 22
        local.get 6
        local.get 19
        f32x4.mul
        local.set 23
        local.get 16
        local.get 16
        f32x4.mul
        local.set 24
        local.get 9
        local.get 24
        f32x4.mul
        local.set 25
        local.get 23
        local.get 25
        f32x4.add
        local.set 26
        local.get 22
        local.get 10
        f32x4.mul
        local.set 27
        local.get 26
        local.get 11
        f32x4.mul
        local.set 28
        local.get 28
        f32x4.sqrt
        local.set 29
        local.get 29
        local.get 7
        f32x4.add
        local.set 30
        local.get 27
        local.get 30
        f32x4.div
        local.set 31
        local.get 4
        local.get 31
        f32x4.mul
        local.set 32
        local.get 17
        local.get 32
        f32x4.sub
        local.set 33
        local.get 13
        local.get 33
        v128.store
        local.get 14
        local.get 22
        v128.store
        local.get 15
        local.get 26
        v128.store
        local.get 12
        v128.load offset=16
        local.set 16
        local.get 13
        v128.load offset=16
        local.set 17
        local.get 14
        v128.load offset=16
        local.set 18
        local.get 15
        v128.load offset=16
        local.set 19
        local.get 5
        local.get 18
        f32x4.mul
        local.set 20
        local.get 8
        local.get 16
        f32x4.mul
        local.set 21
        local.get 20
        local.get 21
        f32x4.add
        local.set 22
        local.get 6
        local.get 19
        f32x4.mul
        local.set 23
        local.get 16
        local.get 16
        f32x4.mul
        local.set 24
        local.get 9
        local.get 24
        f32x4.mul
        local.set 25
        local.get 23
        local.get 25
        f32x4.add
        local.set 26
        local.get 22
        local.get 10
        f32x4.mul
        local.set 27
        local.get 26
        local.get 11
        f32x4.mul
        local.set 28
        local.get 28
        f32x4.sqrt
        local.set 29
        local.get 29
        local.get 7
        f32x4.add
        local.set 30
        local.get 27
        local.get 30
        f32x4.div
        local.set 31
        local.get 4
        local.get 31
        f32x4.mul
        local.set 32
        local.get 17
        local.get 32
        f32x4.sub
        local.set 33
        local.get 13
        local.get 33
        v128.store offset=16
        local.get 14
        local.get 22
        v128.store offset=16
        local.get 15
        local.get 26
        v128.store offset=16
        local.get 12
        v128.load offset=32
        local.set 16
        local.get 13
        v128.load offset=32
        local.set 17
        local.get 14
        v128.load offset=32
        local.set 18
        local.get 15
        v128.load offset=32
        local.set 19
        local.get 5
        local.get 18
        f32x4.mul
        local.set 20
        local.get 8
        local.get 16
        f32x4.mul
        local.set 21
        local.get 20
        local.get 21
        f32x4.add
        local.set 22
        local.get 6
        local.get 19
        f32x4.mul
        local.set 23
        local.get 16
        local.get 16
        f32x4.mul
        local.set 24
        local.get 9
        local.get 24
        f32x4.mul
        local.set 25
        local.get 23
        local.get 25
        f32x4.add
        local.set 26
        local.get 22
        local.get 10
        f32x4.mul
        local.set 27
        local.get 26
        local.get 11
        f32x4.mul
        local.set 28
        local.get 28
        f32x4.sqrt
        local.set 29
        local.get 29
        local.get 7
        f32x4.add
        local.set 30
        local.get 27
        local.get 30
        f32x4.div
        local.set 31
        local.get 4
        local.get 31
        f32x4.mul
        local.set 32
        local.get 17
        local.get 32
        f32x4.sub
        local.set 33
        local.get 13
        local.get 33
        v128.store offset=32
        local.get 14
        local.get 22
        v128.store offset=32
        local.get 15
        local.get 26
        v128.store offset=32
        local.get 12
        v128.load offset=48
        local.set 16
        local.get 13
        v128.load offset=48
        local.set 17
        local.get 14
        v128.load offset=48
        local.set 18
        local.get 15
        v128.load offset=48
        local.set 19
        local.get 5
        local.get 18
        f32x4.mul
        local.set 20
        local.get 8
        local.get 16
        f32x4.mul
        local.set 21
        local.get 20
        local.get 21
        f32x4.add
        local.set 22
        local.get 6
        local.get 19
        f32x4.mul
        local.set 23
        local.get 16
        local.get 16
        f32x4.mul
        local.set 24
        local.get 9
        local.get 24
        f32x4.mul
        local.set 25
        local.get 23
        local.get 25
        f32x4.add
        local.set 26
        local.get 22
        local.get 10
        f32x4.mul
        local.set 27
        local.get 26
        local.get 11
        f32x4.mul
        local.set 28
        local.get 28
        f32x4.sqrt
        local.set 29
        local.get 29
        local.get 7
        f32x4.add
        local.set 30
        local.get 27
        local.get 30
        f32x4.div
        local.set 31
        local.get 4
        local.get 31
        f32x4.mul
        local.set 32
        local.get 17
        local.get 32
        f32x4.sub
        local.set 33
        local.get 13
        local.get 33
        v128.store offset=48
        local.get 14
        local.get 22
        v128.store offset=48
        local.get 15
        local.get 26
        v128.store offset=48
        local.get 12
        i32.const 64
        i32.add
        local.set 12
        local.get 13
        i32.const 64
        i32.add
        local.set 13
        local.get 14
        i32.const 64
        i32.add
        local.set 14
        local.get 15
        i32.const 64
        i32.add
        local.set 15
        local.get 3
        i32.const -16
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
