//! Lets cargo embed the console anew when `make web` has built it anew.

fn main() {
    println!("cargo::rerun-if-changed=assets/console");
}
