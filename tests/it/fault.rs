//! What goes wrong around the program, and what must not be lost by it.

mod flapping;
mod worker;
mod servers;
mod load;
mod probe;
mod trial;
mod trials;
mod health;
mod process;
mod follower;
mod rolling;
mod cluster;
mod consumers;
