"""A vigild of one's own, started and stopped by the comparisons of this folder."""
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile

START_SECONDS = 90
CALL_SECONDS = 200


class Daemon:
    """Ready once it is made; `dir` goes with it."""

    def __init__(self, flags):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="vigil-compat."))
        self.address = f"unix://{self.dir}/vigil.sock"
        with open(self.dir / "log", "wb") as log, \
                socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
            notify.bind(str(self.dir / "notify"))
            notify.settimeout(START_SECONDS)
            self.process = subprocess.Popen(
                ["vigild", "--server-address", self.address, *flags],
                env={**os.environ, "NOTIFY_SOCKET": str(self.dir / "notify")},
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)
            while b"READY=1" not in notify.recv(4096):
                pass

    def log(self):
        return (self.dir / "log").read_text(errors="replace")

    def vigil(self, *arguments):
        done = subprocess.run(["vigil", "--server-address", self.address, *arguments], text=True,
                              capture_output=True, timeout=CALL_SECONDS)
        return done.returncode, done.stdout + done.stderr

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)
        shutil.rmtree(self.dir, ignore_errors=True)
