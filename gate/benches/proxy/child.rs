use std::{process::Stdio, time::Duration};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use rustls_pki_types::CertificateDer;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::Command,
};

/// A process that serves something and ends with this one.
pub(crate) struct Child {
    pub(crate) address: String,
    /// The certificate to trust, in Base64.
    pub(crate) certificate: String,
    process: tokio::process::Child,
}

impl Child {
    /// Starts this program in another role, and waits until it says where it serves.
    pub(crate) async fn start(role: &str, environment: &[(&str, &str)]) -> Self {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .env("BYLAW_BENCH_ROLE", role)
            .envs(environment.iter().copied())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let said = BufReader::new(process.stdout.take().unwrap()).lines().next_line().await.unwrap().unwrap();
        let (address, certificate) = said.split_once(' ').unwrap();
        Self { address: address.to_owned(), certificate: certificate.to_owned(), process }
    }

    pub(crate) fn root(&self) -> CertificateDer<'static> {
        decode(&self.certificate)
    }

    /// CPU used so far: fields 14 and 15 of `/proc/<pid>/stat`, in hundredths of a second (proc_pid_stat(5)).
    pub(crate) fn cpu(&self) -> Duration {
        let text = self.proc("stat");
        let after_name = text.rsplit(')').next().unwrap();
        let ticks: u64 =
            after_name.split_whitespace().skip(11).take(2).map(|field| field.parse::<u64>().unwrap()).sum();
        Duration::from_millis(ticks * 10)
    }

    /// Resident memory.
    pub(crate) fn memory_kib(&self) -> u64 {
        let text = self.proc("status");
        let line = text.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }

    fn proc(&self, file: &str) -> String {
        std::fs::read_to_string(format!("/proc/{}/{file}", self.process.id().unwrap())).unwrap()
    }
}

/// Tells the process that started this one where it serves.
pub(crate) fn announce(address: std::net::SocketAddr, certificate: &CertificateDer<'_>) {
    println!("{address} {}", STANDARD.encode(certificate));
}

pub(crate) fn decode(certificate: &str) -> CertificateDer<'static> {
    CertificateDer::from(STANDARD.decode(certificate).unwrap())
}
