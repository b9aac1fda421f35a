use selene::{Context, Server};
use std::error::Error;
use std::rc::Rc;

struct Cache;

impl Server for Cache {
    type Argument = Rc<u32>;
    type Message = u32;

    fn init(_: Rc<u32>, _: &mut Context<Cache>) -> Result<Cache, Box<dyn Error>> {
        Ok(Cache)
    }

    fn handle(&mut self, _: u32, _: &mut Context<Cache>) {}
}

fn main() {}
