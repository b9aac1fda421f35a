//! Repeats, medians and the line of JSON.

use std::time::Instant;

/// Runs `batch` until it is warm, then `repeats` times more; nanoseconds for one of its `per` units.
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
pub fn print(benchmark: &str, unit: &str, count: u32, values: &mut [f64]) {
    let median = quantile(values, 0.5);
    println!(
        "{{\"benchmark\":\"{benchmark}\",\"unit\":\"{unit}\",\"count\":{count},\"median\":{median:.1},\
         \"min\":{:.1},\"max\":{:.1},\"repeats\":{}}}",
        values[0],
        values[values.len() - 1],
        values.len()
    );
}
