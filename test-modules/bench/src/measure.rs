//! Repeats, medians and the line of JSON. None of this is inlined: `main` with all benchmarks in it
//! would be a giant function of its own, which a JVM compiles badly or not at all.

use std::time::{Duration, Instant};

/// How long what a virtual machine itself does is warmed up. One that compiles while it runs needs
/// some seconds for that on two cores; others lose nothing by it.
const WARM_UP: Duration = Duration::from_secs(5);

/// What a batch costs for one of its `per` units, in nanoseconds.
pub struct Repeated {
    /// The first time, in a virtual machine that has just started.
    pub first: f64,
    /// After the warm-up.
    pub values: Vec<f64>,
}

/// Runs `batch` for the time of the warm-up, then `repeats` times more.
#[inline(never)]
pub fn repeat_warm(repeats: usize, per: f64, mut batch: impl FnMut()) -> Repeated {
    let begin = Instant::now();
    let first = repeat(0, 1, per, &mut batch)[0];
    while begin.elapsed() < WARM_UP {
        batch();
    }
    let values = repeat(0, repeats, per, batch);
    Repeated { first, values }
}

/// Runs `batch` until it is warm, then `repeats` times more; nanoseconds for one of its `per` units.
#[inline(never)]
pub fn repeat(warmups: usize, repeats: usize, per: f64, mut batch: impl FnMut()) -> Vec<f64> {
    for _ in 0..warmups {
        batch();
    }
    (0..repeats)
        .map(|_| {
            let begin = Instant::now();
            batch();
            begin.elapsed().as_nanos() as f64 / per
        })
        .collect()
}

/// The value below which the given share of the values lies.
pub fn quantile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let last = values.len() - 1;
    values[((last as f64 * share).round() as usize).min(last)]
}

/// Prints one result: the median and the range.
#[inline(never)]
pub fn print(benchmark: &str, unit: &str, count: u32, values: &mut [f64]) {
    println!("{{{}}}", line(benchmark, unit, count, values));
}

/// Prints one result as [`print`] does, and the first time.
#[inline(never)]
pub fn print_warm(benchmark: &str, unit: &str, count: u32, mut result: Repeated) {
    let line = line(benchmark, unit, count, &mut result.values);
    println!("{{{line},\"first\":{:.1}}}", result.first);
}

#[inline(never)]
fn line(benchmark: &str, unit: &str, count: u32, values: &mut [f64]) -> String {
    let median = quantile(values, 0.5);
    format!(
        "\"benchmark\":\"{benchmark}\",\"unit\":\"{unit}\",\"count\":{count},\"median\":{median:.1},\
         \"min\":{:.1},\"max\":{:.1},\"repeats\":{}",
        values[0],
        values[values.len() - 1],
        values.len()
    )
}
