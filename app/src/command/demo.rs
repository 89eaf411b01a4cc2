mod past; // the weeks before

use std::{fs, net::SocketAddr, path::PathBuf, process::ExitCode, sync::Arc, time::Duration};

use anyhow::{Context, Result};
use clap::Args;
use sandbox::{
    HOSTS, Providers,
    organisation::{self, Organisation, Rate, SensorLogs},
};
use tokio_util::sync::CancellationToken;

use crate::{
    command::{
        init::POLICY,
        serve::{announce, block_on, log, until_signal},
        sign_in,
    },
    config::Config,
    data::DataFolder,
    runtime::{self, Ready},
    sealed,
};

/// Equal seeds give equal days.
const SEED: u64 = 40;
/// Busy at first, so that there is something to see, then as on the days that were learned from.
const RATE: Rate = Rate { at_first: 5.0, first: Duration::from_secs(40), later: 0.15 };
/// What the organisation has decided about tools, in the form of the configuration file.
const DECISIONS: &str = include_str!("../../templates/demo-tools.toml");

/// Run everything with a sandbox AI provider and a simulated organisation.
///
/// Forty made-up people in six departments send real requests through the real gate to a sandbox that plays the AI
/// tools, all on this machine. Nothing leaves it, and everything is kept in a fresh folder.
#[derive(Args)]
pub(crate) struct Demo {
    /// Where the console listens.
    #[arg(long, default_value = "127.0.0.1:8600")]
    console: SocketAddr,
    /// Where the gate listens.
    #[arg(long, default_value = "127.0.0.1:8601")]
    gate: SocketAddr,
    /// The folder; a new temporary one if not given.
    #[arg(long)]
    folder: Option<PathBuf>,
}

impl Demo {
    pub(crate) fn run(self) -> Result<ExitCode> {
        log();
        block_on(async {
            let folder = self.folder.clone().unwrap_or_else(fresh_folder);
            let stop = until_signal()?;
            let providers = Providers::start(SocketAddr::from(([127, 0, 0, 1], 0))).await?;
            let organisation = Organisation::new(SEED)?;
            let path = self.configure(&folder, &providers, &organisation)?;
            let config = Config::read(&path)?;
            let certificate = DataFolder::open(&config.data)?.certificate_path();
            let day = Day { organisation, certificate, folder, stop: stop.clone() };
            runtime::serve(config, stop, |up| day.begin(up)).await
        })?;
        Ok(ExitCode::SUCCESS)
    }

    /// Writes the configuration of an organisation whose tools are played by the sandbox.
    fn configure(
        &self,
        folder: &PathBuf,
        providers: &Providers,
        organisation: &Organisation,
    ) -> Result<PathBuf> {
        fs::create_dir_all(folder)
            .with_context(|| format!("cannot make the folder `{}`", folder.display()))?;
        let (identity, public) = sealed::generate()?;
        let connect: Vec<String> =
            HOSTS.iter().map(|host| format!("{host:?} = \"{}\"", providers.address)).collect();
        let config = format!(
            "[console]\nlisten = \"{}\"\n\n[gate]\nlisten = \"{}\"\ntrust = [\"sandbox-ca.pem\"]\nconnect = {{ {} }}\n\n\
             [policy]\nfile = \"policy.md\"\n\n[people]\nfile = \"people.csv\"\n\n[catalog]\nfile = \"tools.toml\"\n\n[behavior]\nlearning = \"34d\"\n\n[evidence]\nrecipients = [{public:?}]\n\n[[sensor.log]]\nfile = \"zeek.json\"\n\n[[sensor.log]]\nfile = \"dns.json\"\n\n{DECISIONS}",
            self.console,
            self.gate,
            connect.join(", ")
        );
        let path = folder.join("bylaw.toml");
        for (file, text) in [
            (&path, config.as_str()),
            (&folder.join("policy.md"), POLICY),
            (&folder.join("people.csv"), organisation.people_csv()?.as_str()),
            (&folder.join("tools.toml"), organisation::LOCAL_TOOLS),
            // A real one is kept elsewhere; here it lets people try `bylaw evidence open`.
            (&folder.join("evidence-key.txt"), identity.reveal()),
            (&folder.join("sandbox-ca.pem"), providers.ca_pem.as_str()),
        ] {
            fs::write(file, text).with_context(|| format!("cannot write `{}`", file.display()))?;
        }
        Ok(path)
    }
}

fn fresh_folder() -> PathBuf {
    std::env::temp_dir().join(format!("bylaw-demo-{:08x}", rand::random::<u32>()))
}

/// The organisation's work through the gate.
struct Day {
    organisation: Organisation,
    certificate: PathBuf,
    folder: PathBuf,
    stop: CancellationToken,
}

impl Day {
    async fn begin(self, up: Ready) -> Result<()> {
        announce(&up);
        let link = sign_in::link(&up.store, "admin", &up.console_url).await?;
        println!("sign in  {link}\nfolder   {}\n", self.folder.display());
        self.print_examples(up.gate);
        let ca = fs::read_to_string(&self.certificate)?;
        let organisation = Arc::new(self.organisation);
        let (watched, logs, stop) =
            (Arc::clone(&organisation), SensorLogs::below(&self.folder), self.stop.clone());
        tokio::spawn(async move {
            if let Err(error) = watched.watch(&logs, || runtime::now().as_millis(), stop).await {
                eprintln!("bylaw: the organisation's sensors stopped: {error}");
            }
        });
        tokio::spawn(async move {
            match past::write(&organisation, &up.engine, &up.store).await {
                Ok(records) => {
                    println!("{records} exchanges of the last five weeks are there to be learned from")
                }
                Err(error) => {
                    eprintln!("bylaw: the past of the simulated organisation was not written: {error}")
                }
            }
            if let Err(error) = organisation.run(up.gate, &ca, RATE, self.stop).await {
                eprintln!("bylaw: the simulated organisation stopped: {error}");
            }
        });
        Ok(())
    }

    /// Lines to paste into another terminal.
    fn print_examples(&self, gate: SocketAddr) {
        let Some(person) = self.organisation.members().first() else { return };
        println!("Try it in another terminal:\n");
        for (what, says) in [
            ("allowed", "Brainstorm five slogans for our summer newsletter"),
            ("redacted", "Repeat this sentence: Anna Kovacs has SSN 536-90-4399."),
            ("blocked", "Why is this key refused? AKIAQYLPMN5HHHFPZAM2"),
        ] {
            println!("# {what}");
            println!(
                "curl --proxy http://{}:{}@{gate} --cacert {} https://api.openai.com/v1/chat/completions \\\n  \
                 --json '{{\"model\":\"gpt-5\",\"messages\":[{{\"role\":\"user\",\"content\":\"{says}\"}}]}}'\n",
                person.id,
                person.password,
                self.certificate.display(),
            );
        }
        println!("Stop with Ctrl-C.");
    }
}
