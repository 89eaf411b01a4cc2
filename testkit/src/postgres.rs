use std::{
    fs,
    os::unix::fs::{MetadataExt, chown},
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::{
        Mutex, OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use crate::{
    free_port,
    leash::{Account, Leash},
};

const PROGRAMS: &str = "/usr/lib/postgresql";
const REMEDY: &str = "run `make test`, which installs Debian's `postgresql` package first";

/// Whether the server waits for the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disk {
    /// `fsync` is off: what is committed still survives the server's crash, only not the machine's.
    Fast,
    /// As in production, for measurements.
    Honest,
}

/// A private PostgreSQL on a free port of 127.0.0.1, in a temporary folder, gone when dropped.
///
/// Its programs come from Debian's folder; run as root, it becomes `postgres`, as the server refuses to run as root.
#[derive(Debug)]
pub struct Postgres {
    programs: PathBuf,
    data: PathBuf,
    account: Option<Account>,
    disk: Disk,
    port: u16,
    server: Mutex<Option<Leash>>,
    databases: AtomicU32,
}

impl Postgres {
    /// Starts a server that does not wait for the disk.
    pub fn start() -> Self {
        Self::start_on(Disk::Fast)
    }

    /// Starts a server.
    pub fn start_on(disk: Disk) -> Self {
        let programs = programs();
        let account = account();
        // Kept: the leash removes it, also when this process is killed.
        let folder = tempfile::Builder::new().prefix("bylaw-postgres-").tempdir().expect("a folder").keep();
        if let Some(Account { user, group }) = account {
            chown(&folder, Some(user), Some(group)).expect("giving the folder to `postgres`");
        }
        let data = folder.join("data");
        initialise(&programs, &data, account);
        let this = Self {
            programs,
            data,
            account,
            disk,
            port: free_port(),
            server: Mutex::new(None),
            databases: AtomicU32::new(0),
        };
        this.resume();
        this
    }

    /// The server that all tests of one test program share; it ends with the program.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Postgres> = OnceLock::new();
        SHARED.get_or_init(Self::start)
    }

    /// Makes an empty database and returns its URL.
    pub fn database(&self) -> String {
        let name = format!("test_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let port = self.port.to_string();
        let mut createdb = Command::new(self.programs.join("createdb"));
        createdb.args(["-h", "127.0.0.1", "-p", &port, "-U", "bylaw", "-T", "template0", &name]);
        succeed(&mut createdb);
        format!("postgres://bylaw@127.0.0.1:{port}/{name}")
    }

    /// Stops the server at once, as a crash would; its data stays until this value is dropped.
    pub fn stop(&self) {
        let pid_file = fs::read_to_string(self.data.join("postmaster.pid")).expect("the server's pid file");
        let pid = pid_file.lines().next().expect("a pid in the first line");
        fs::write(self.keep_mark(), "").expect("marking the data to be kept");
        succeed(Command::new("sh").args(["-c", "kill -QUIT \"$1\"", "stop", pid]));
        drop(self.server.lock().expect("no test panicked here").take());
    }

    /// Starts the server again after [`Postgres::stop`], on the same port and data.
    pub fn resume(&self) {
        // The mark only exists after a stop.
        let _ = fs::remove_file(self.keep_mark());
        let mut leash = Leash::start_as(self.account, &self.command(), &self.clean_up());
        self.wait_until_ready(&mut leash);
        *self.server.lock().expect("no test panicked here") = Some(leash);
    }

    fn command(&self) -> Command {
        let mut postgres = Command::new(self.programs.join("postgres"));
        postgres.arg("-D").arg(&self.data).arg("-p").arg(self.port.to_string());
        let fixed = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=200"];
        let fast = ["fsync=off", "full_page_writes=off"];
        let chosen: &[&str] = if self.disk == Disk::Fast { &fast } else { &[] };
        for setting in fixed.iter().chain(chosen) {
            postgres.args(["-c", setting]);
        }
        postgres
    }

    fn wait_until_ready(&self, leash: &mut Leash) {
        let deadline = Instant::now() + Duration::from_secs(30);
        let port = self.port.to_string();
        let mut ready = Command::new(self.programs.join("pg_isready"));
        ready.args(["-q", "-h", "127.0.0.1", "-p", &port]);
        while !ready.status().is_ok_and(|status| status.success()) {
            assert!(leash.is_running(), "PostgreSQL ended while starting, in {}", self.data.display());
            assert!(Instant::now() < deadline, "PostgreSQL did not answer on port {port} within 30 s");
            thread::sleep(Duration::from_millis(20));
        }
    }

    fn folder(&self) -> &Path {
        self.data.parent().expect("the data folder lies in one of ours")
    }

    fn keep_mark(&self) -> PathBuf {
        self.folder().join("keep")
    }

    fn clean_up(&self) -> String {
        let folder = self.folder().display();
        format!("[ -e '{folder}/keep' ] || rm -rf '{folder}'")
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let running = self.server.get_mut().map_or(None, Option::take);
        drop(running);
        // The leash has removed it already unless the server was stopped by a test.
        let _ = fs::remove_dir_all(self.folder());
    }
}

/// The newest version installed.
fn programs() -> PathBuf {
    let versions =
        fs::read_dir(PROGRAMS).into_iter().flatten().flatten().map(|entry| entry.path().join("bin"));
    let newest = versions.filter(|bin| bin.join("initdb").exists()).max_by_key(|bin| major(bin));
    newest.unwrap_or_else(|| panic!("no PostgreSQL in {PROGRAMS}/*/bin: {REMEDY}"))
}

fn major(bin: &Path) -> Option<u32> {
    bin.parent()?.file_name()?.to_str()?.parse().ok()
}

/// `postgres` when running as root, else whoever runs the tests.
fn account() -> Option<Account> {
    let me = fs::metadata("/proc/self").map_or(0, |process| process.uid());
    if me != 0 {
        return None;
    }
    let accounts = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let found = accounts.lines().find_map(|line| {
        let mut fields = line.strip_prefix("postgres:")?.split(':').skip(1);
        Some(Account { user: fields.next()?.parse().ok()?, group: fields.next()?.parse().ok()? })
    });
    Some(found.unwrap_or_else(|| panic!("no account `postgres` in /etc/passwd: {REMEDY}")))
}

fn initialise(programs: &Path, data: &Path, account: Option<Account>) {
    let mut initdb = Command::new(programs.join("initdb"));
    initdb.arg("-D").arg(data).args(["-U", "bylaw", "--auth=trust", "-E", "UTF8", "--locale=C", "--no-sync"]);
    initdb.current_dir("/");
    if let Some(Account { user, group }) = account {
        initdb.gid(group).uid(user);
    }
    succeed(&mut initdb);
}

fn succeed(command: &mut Command) -> Output {
    let output = command.output().unwrap_or_else(|error| panic!("cannot start {command:?}: {error}"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?} failed: {said}");
    output
}

#[cfg(test)]
mod tests {
    use std::net::TcpStream;

    use super::Postgres;

    #[test]
    fn starts_stops_resumes_and_leaves_nothing_behind() {
        let postgres = Postgres::start();
        let (folder, port) = (postgres.folder().to_owned(), postgres.port);
        assert!(postgres.database().ends_with("/test_0"));
        postgres.stop();
        assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
        postgres.resume();
        assert!(postgres.database().ends_with("/test_1"));
        drop(postgres);
        assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
        assert!(!folder.exists());
    }
}
