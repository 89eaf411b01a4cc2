//! Starts the providers on a free port and prints where they are, until interrupted.
//!
//! `cargo run -p sandbox --example providers -- /tmp/sandbox-ca.pem`

use std::{error::Error, net::SocketAddr};

use sandbox::Providers;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let providers = Providers::start(SocketAddr::from(([127, 0, 0, 1], 0))).await?;
    if let Some(path) = std::env::args().nth(1) {
        std::fs::write(path, &providers.ca_pem)?;
    }
    println!("providers {}\nadmin http://{}/__sandbox/received", providers.address, providers.admin);
    tokio::signal::ctrl_c().await?;
    Ok(())
}
