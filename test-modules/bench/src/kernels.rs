//! Six kernels. They are macros, so that the same text is compiled as functions of normal size and,
//! all together, as one giant function.

/// The next number of a xorshift generator.
#[macro_export]
macro_rules! next_random {
    ($state:ident) => {{
        $state ^= $state << 13;
        $state ^= $state >> 7;
        $state ^= $state << 17;
        $state
    }};
}

/// Sums Fibonacci numbers modulo 2^32, recursion with a stack of its own.
#[macro_export]
macro_rules! fib_kernel {
    ($limit:expr) => {{
        let mut stack: Vec<u32> = vec![$limit];
        let mut sum = 0_u32;
        while let Some(number) = stack.pop() {
            if number < 2 {
                sum = sum.wrapping_add(number);
            } else {
                stack.push(number - 1);
                stack.push(number - 2);
            }
        }
        sum
    }};
}

/// Counts primes.
#[macro_export]
macro_rules! sieve_kernel {
    ($limit:expr) => {{
        let limit: usize = $limit;
        let mut composite = vec![false; limit];
        let mut count = 0_u32;
        for number in 2..limit {
            if !composite[number] {
                count += 1;
                let mut multiple = number * number;
                while multiple < limit {
                    composite[multiple] = true;
                    multiple += number;
                }
            }
        }
        count
    }};
}

/// Multiplies square matrices.
#[macro_export]
macro_rules! matmul_kernel {
    ($size:expr) => {{
        let size: usize = $size;
        let left: Vec<f64> = (0..size * size).map(|index| (index % 7) as f64).collect();
        let right: Vec<f64> = (0..size * size).map(|index| (index % 5) as f64).collect();
        let mut product = vec![0.0_f64; size * size];
        for row in 0..size {
            for column in 0..size {
                let mut sum = 0.0;
                for index in 0..size {
                    sum += left[row * size + index] * right[index * size + column];
                }
                product[row * size + column] = sum;
            }
        }
        product.iter().sum::<f64>() as u64 as u32
    }};
}

/// FNV-1a over a buffer, again and again.
#[macro_export]
macro_rules! hash_kernel {
    ($rounds:expr) => {{
        let bytes: Vec<u8> = (0..4096_u32).map(|index| (index * 31) as u8).collect();
        let mut hash = 0x811c_9dc5_u32;
        for _ in 0..$rounds {
            for byte in &bytes {
                hash = (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193);
            }
        }
        hash
    }};
}

/// Heap sort of random numbers.
#[macro_export]
macro_rules! sort_kernel {
    ($count:expr) => {{
        let mut state = 88_172_645_463_325_252_u64;
        let mut values: Vec<u32> = (0..$count)
            .map(|_| $crate::next_random!(state) as u32)
            .collect();
        let mut start = values.len() / 2;
        let mut end = values.len();
        while end > 1 {
            if start > 0 {
                start -= 1;
            } else {
                end -= 1;
                values.swap(end, 0);
            }
            let mut root = start;
            loop {
                let mut child = 2 * root + 1;
                if child >= end {
                    break;
                }
                if child + 1 < end && values[child] < values[child + 1] {
                    child += 1;
                }
                if values[root] >= values[child] {
                    break;
                }
                values.swap(root, child);
                root = child;
            }
        }
        values[values.len() / 2] ^ values[0]
    }};
}

/// Inserts into a B-tree and looks up.
#[macro_export]
macro_rules! tree_kernel {
    ($count:expr) => {{
        let mut state = 88_172_645_463_325_252_u64;
        let mut tree = std::collections::BTreeMap::new();
        for index in 0..$count {
            tree.insert($crate::next_random!(state) as u32, index as u32);
        }
        let mut sum = 0_u32;
        let mut state = 88_172_645_463_325_252_u64;
        for _ in 0..$count {
            if let Some(value) = tree.get(&($crate::next_random!(state) as u32)) {
                sum = sum.wrapping_add(*value);
            }
        }
        sum
    }};
}
