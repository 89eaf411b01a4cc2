use std::net::{Ipv4Addr, TcpListener};

/// A TCP port on 127.0.0.1 that nobody listens on now.
///
/// Prefer handing a bound listener, or port 0, to whatever is started; this is for programs that only take a number.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("binding a port on 127.0.0.1");
    listener.local_addr().expect("the address of a bound listener").port()
}

#[cfg(test)]
mod tests {
    use super::free_port;

    #[test]
    fn the_port_can_be_bound() {
        std::net::TcpListener::bind(("127.0.0.1", free_port())).unwrap();
    }
}
