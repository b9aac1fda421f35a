// As in a test: the attribute leaves the function out of programs.
fn main() {
    selene::__private::TestOutcome::check(number());
}

fn number() -> u32 {
    42
}
