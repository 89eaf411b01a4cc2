use std::{
    env,
    io::{Read, Write},
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::OnceLock,
    thread,
    time::{Duration, Instant},
};

use super::{Limit, document::Trouble, reader::Reader};

/// Smaller images are icons.
const SMALLEST: usize = 2048;
/// Longest text of one image.
const LONGEST: u64 = 1 << 20;
const PAUSE: Duration = Duration::from_millis(20);

/// Recognises the text of an image with Tesseract, where it is installed; the image goes through a pipe, never to disk.
pub(super) fn read(reader: &mut Reader, bytes: &[u8], path: &str) -> Result<(), Trouble> {
    if bytes.len() < SMALLEST {
        return Ok(());
    }
    let time = reader.budget.image_time;
    let program = tesseract().filter(|_| !time.is_zero()).ok_or(Trouble::NoRecognition)?;
    reader.meter.in_time().map_err(Trouble::OverBudget)?;
    let text = recognise(program, bytes, time)?;
    reader.part(path, text);
    Ok(())
}

/// Where Tesseract is; looked up once.
fn tesseract() -> Option<&'static PathBuf> {
    static FOUND: OnceLock<Option<PathBuf>> = OnceLock::new();
    let find = || {
        let folders = env::var_os("PATH")?;
        let name = format!("tesseract{}", env::consts::EXE_SUFFIX);
        env::split_paths(&folders).map(|folder| folder.join(&name)).find(|program| program.is_file())
    };
    FOUND.get_or_init(find).as_ref()
}

fn recognise(program: &PathBuf, bytes: &[u8], time: Duration) -> Result<String, Trouble> {
    let mut child = Command::new(program)
        .args(["stdin", "stdout", "--psm", "3"])
        .env("OMP_THREAD_LIMIT", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|_| Trouble::NoRecognition)?;
    let (input, output) = (child.stdin.take(), child.stdout.take());
    let outcome = thread::scope(|scope| {
        scope.spawn(move || {
            // A program that stops reading has failed, which its status tells.
            let _ = input.map(|mut input| input.write_all(bytes));
        });
        let text = scope.spawn(move || {
            let mut text = Vec::new();
            let read = output.map(|output| output.take(LONGEST).read_to_end(&mut text));
            read.is_some_and(|read| read.is_ok()).then_some(text)
        });
        let ended = wait(&mut child, time);
        let text = text.join().ok().flatten();
        ended.and_then(|()| text.ok_or(Trouble::Unreadable))
    });
    outcome.map(|text| String::from_utf8_lossy(&text).into_owned())
}

/// Waits until it ends; one that takes too long is ended.
fn wait(child: &mut Child, time: Duration) -> Result<(), Trouble> {
    let begun = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => return Ok(()),
            Ok(Some(_)) | Err(_) => return Err(Trouble::Unreadable),
            Ok(None) if begun.elapsed() > time => {
                // It may have ended in between; either way it is gone after this.
                let _ = child.kill();
                let _ = child.wait();
                return Err(Trouble::OverBudget(Limit::Time));
            }
            Ok(None) => thread::sleep(PAUSE),
        }
    }
}
