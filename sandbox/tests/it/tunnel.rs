use std::{
    collections::BTreeSet,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use base64::{Engine, prelude::BASE64_STANDARD};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional},
    net::{TcpListener, TcpStream},
};

/// A proxy that tunnels everything to one address and notes who asks.
pub(crate) struct Tunnel {
    pub(crate) address: SocketAddr,
    people: Arc<Mutex<BTreeSet<String>>>,
}

impl Tunnel {
    pub(crate) fn people(&self) -> BTreeSet<String> {
        self.people.lock().unwrap().clone()
    }
}

pub(crate) async fn start(target: SocketAddr) -> Tunnel {
    let listener = TcpListener::bind(super::LOOPBACK).await.unwrap();
    let address = listener.local_addr().unwrap();
    let people = Arc::new(Mutex::new(BTreeSet::new()));
    let noted = Arc::clone(&people);
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let noted = Arc::clone(&noted);
            tokio::spawn(async move {
                let head = head(&mut client).await;
                noted.lock().unwrap().insert(user(&head));
                let mut server = TcpStream::connect(target).await.unwrap();
                client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
                let _ = copy_bidirectional(&mut client, &mut server).await;
            });
        }
    });
    Tunnel { address, people }
}

async fn head(client: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(client.read_u8().await.unwrap());
    }
    String::from_utf8(head).unwrap()
}

fn user(head: &str) -> String {
    let line = head.lines().find_map(|line| line.strip_prefix("proxy-authorization: Basic ")).unwrap();
    let credentials = String::from_utf8(BASE64_STANDARD.decode(line).unwrap()).unwrap();
    credentials.split_once(':').unwrap().0.to_owned()
}

/// What a plain `GET` answers, head and all.
pub(crate) async fn get(address: SocketAddr, path: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}
