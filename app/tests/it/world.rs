use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Mutex,
    time::{Duration, Instant},
};

use sandbox::Providers;

/// The person of the test directory, with their proxy password.
pub(crate) const PERSON: &str = "anna:pass";
/// Time for a server to come up on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running Bylaw between clients and a sandbox that plays the tools.
pub(crate) struct World {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) providers: Providers,
    pub(crate) gate: String,
    pub(crate) console: String,
    pub(crate) store_url: String,
    process: Mutex<Child>,
    _runtime: tokio::runtime::Runtime,
}

impl World {
    /// Starts one on SQLite.
    pub(crate) fn start() -> Self {
        Self::with_store("")
    }

    /// Starts one on a database; an empty address means SQLite in the data folder.
    pub(crate) fn with_store(url: &str) -> Self {
        Self::with(url, "")
    }

    /// Starts one on SQLite whose configuration ends with `more`.
    pub(crate) fn with_settings(more: &str) -> Self {
        Self::with("", more)
    }

    fn with(url: &str, more: &str) -> Self {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let providers = runtime.block_on(Providers::start("127.0.0.1:0".parse().unwrap())).unwrap();
        let folder = tempfile::tempdir().unwrap();
        write_configuration(folder.path(), &providers, url, more);
        let (process, gate, console) = serve(folder.path());
        let store_url = match url {
            "" => format!("sqlite://{}", folder.path().join("bylaw-data/bylaw.db").display()),
            given => given.to_owned(),
        };
        Self { folder, providers, gate, console, store_url, process: Mutex::new(process), _runtime: runtime }
    }

    /// Kills the program as `kill -9` does: no handler runs.
    pub(crate) fn kill(&self) {
        let mut process = self.process.lock().unwrap();
        process.kill().unwrap();
        process.wait().unwrap();
    }

    /// Starts the program again in the same folder, after it was killed.
    pub(crate) fn restart(&mut self) {
        let (process, gate, console) = serve(self.folder.path());
        (self.gate, self.console) = (gate, console);
        *self.process.lock().unwrap() = process;
    }

    /// The proxy's address with the person's credentials.
    pub(crate) fn proxy(&self) -> String {
        format!("http://{PERSON}@{}", self.gate)
    }

    /// The certificate that clients trust.
    pub(crate) fn certificate(&self) -> PathBuf {
        self.folder.path().join("bylaw-data/bylaw-ca.pem")
    }

    /// curl through the gate.
    pub(crate) fn curl(&self, arguments: &[&str]) -> Answer {
        let output = Command::new("curl")
            .args(["--silent", "--show-error", "--max-time", "30", "--write-out", "\n%{http_code}"])
            .args(["--proxy", &self.proxy(), "--cacert"])
            .arg(self.certificate())
            .args(arguments)
            .env_remove("no_proxy")
            .output()
            .expect("curl: `make test` installs it");
        Answer::of(output)
    }

    /// A chat completion through the gate.
    pub(crate) fn ask(&self, text: &str) -> Answer {
        let body = serde_json::json!({"model": "gpt-5", "messages": [{"role": "user", "content": text}]})
            .to_string();
        self.curl(&["--json", &body, "https://api.openai.com/v1/chat/completions"])
    }

    /// What the tools received, as text.
    pub(crate) fn received(&self) -> String {
        let url = format!("http://{}/__sandbox/received", self.providers.admin);
        Answer::of(
            Command::new("curl").args(["--silent", "--write-out", "\n%{http_code}", &url]).output().unwrap(),
        )
        .body
    }

    /// A link that signs an administrator in once.
    pub(crate) fn sign_in_link(&self) -> String {
        let output = bylaw(&["sign-in", "--config", &self.configuration()]);
        assert!(output.success, "{}", output.text);
        let link = output.text.lines().find(|line| line.starts_with("http")).expect("a link");
        // The configuration says port 0, and only the running program knows which one it got.
        link.replacen("http://127.0.0.1:0", &self.console, 1)
    }

    pub(crate) fn configuration(&self) -> String {
        self.folder.path().join("bylaw.toml").display().to_string()
    }

    /// Runs a script of a client with what it needs to know.
    pub(crate) fn run(&self, command: &mut Command) {
        let output = command
            .current_dir(root())
            .env("BYLAW", env!("CARGO_BIN_EXE_bylaw"))
            .env("BYLAW_PROXY", self.proxy())
            .env("BYLAW_CA", self.certificate())
            .env("SANDBOX_ADMIN", format!("http://{}", self.providers.admin))
            .env("BASE_URL", &self.console)
            .output()
            .unwrap_or_else(|error| panic!("{command:?}: {error}: `make test` installs it"));
        let text =
            String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{command:?}\n{text}");
        println!("{text}");
    }
}

impl Drop for World {
    fn drop(&mut self) {
        let mut process = self.process.lock().unwrap();
        let _ = process.kill();
        let _ = process.wait();
    }
}

/// What a client got.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
    pub(crate) error: String,
}

impl Answer {
    fn of(output: std::process::Output) -> Self {
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let (body, status) = text.rsplit_once('\n').unwrap_or((&text, ""));
        Self {
            status: status.parse().unwrap_or(0),
            body: body.to_owned(),
            error: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

/// What the program printed.
pub(crate) struct Printed {
    pub(crate) success: bool,
    pub(crate) code: Option<i32>,
    pub(crate) text: String,
}

/// Runs the program to its end.
pub(crate) fn bylaw(arguments: &[&str]) -> Printed {
    let output =
        Command::new(env!("CARGO_BIN_EXE_bylaw")).args(arguments).current_dir(root()).output().unwrap();
    let text =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    Printed { success: output.status.success(), code: output.status.code(), text }
}

/// The workspace's folder.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn write_configuration(folder: &Path, providers: &Providers, store: &str, more: &str) {
    fs::write(folder.join("sandbox-ca.pem"), &providers.ca_pem).unwrap();
    fs::write(folder.join("people.csv"), people()).unwrap();
    let hosts: Vec<String> =
        sandbox::HOSTS.iter().map(|host| format!("{host:?} = \"{}\"", providers.address)).collect();
    let store = if store.is_empty() { String::new() } else { format!("[store]\nurl = {store:?}\n") };
    let text = format!(
        "{store}[console]\nlisten = \"127.0.0.1:0\"\n\
         [gate]\nlisten = \"127.0.0.1:0\"\ntrust = [\"sandbox-ca.pem\"]\nconnect = {{ {} }}\n\
         [people]\nfile = \"people.csv\"\n\
         [tool.openai-api]\nstate = \"approved\"\n[tool.anthropic-api]\nstate = \"approved\"\n\
         [tool.chatgpt]\nstate = \"conditional\"\n[tool.deepseek]\nstate = \"denied\"\n{more}",
        hosts.join(", ")
    );
    fs::write(folder.join("bylaw.toml"), text).unwrap();
}

/// A directory with one person.
fn people() -> String {
    let hash = identity::hash_password(&model::Sensitive::new("pass"), &[7; 16]).unwrap();
    format!("id,name,department,password_hash\nanna,Anna Kovacs,Finance,\"{hash}\"\n")
}

/// Starts the program and reads from its first lines where it listens.
fn serve(folder: &Path) -> (Child, String, String) {
    let mut process = Command::new(env!("CARGO_BIN_EXE_bylaw"))
        .args(["serve", "--config"])
        .arg(folder.join("bylaw.toml"))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let started = Instant::now();
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let (mut gate, mut console) = (None, None);
    while gate.is_none() || console.is_none() {
        let line = lines.next().expect("bylaw ended while starting").unwrap();
        gate = gate.or_else(|| line.strip_prefix("gate     http://").map(str::to_owned));
        console = console.or_else(|| line.strip_prefix("console  ").map(str::to_owned));
        assert!(started.elapsed() < PATIENCE, "bylaw did not start");
    }
    // Keep its output flowing, so that it never waits for a reader.
    std::thread::spawn(move || lines.for_each(drop));
    (process, gate.unwrap(), console.unwrap())
}
