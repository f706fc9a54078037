"""TLS in front of a service, as operators have it: the distribution's stunnel, with a certificate of an authority of the test's own."""
import os
import socket
import subprocess

from cloud import BINARY
from services import Process


class Authority:
    """Use `file` where a setting wants the authorities that are trusted."""

    def __init__(self, folder):
        self.folder = folder
        self.file = os.path.join(folder, "ca.pem")

    def certificate(self, *where):
        """For ("--dns", "name") and ("--address", "127.0.0.1"): files of the certificate and its key."""
        subprocess.run([BINARY, "certificate", "--dir", self.folder, "--for", "central", *where], check=True, capture_output=True)
        return os.path.join(self.folder, "central.pem"), os.path.join(self.folder, "central.key")


class TlsFront:
    """Ends TLS at `port` of an address, and passes on what it hears."""

    def __init__(self, folder, name, address, to, certificate, key):
        os.makedirs(folder, exist_ok=True)
        with socket.create_server((address, 0)) as probe:
            self.port = probe.getsockname()[1]
        self.url = f"https://{address}:{self.port}"
        config = os.path.join(folder, f"{name}.conf")
        with open(config, "w") as file:
            file.write(f"foreground = yes\npid =\nsyslog = no\n[{name}]\naccept = {address}:{self.port}\nconnect = {to}\ncert = {certificate}\nkey = {key}\nsslVersionMin = TLSv1.3\n")
        self.process = Process(name, folder, ["stunnel", config])
        self.process.wait_for(lambda: self._answers(address))

    def _answers(self, address):
        with socket.socket() as probe:
            return probe.connect_ex((address, self.port)) == 0

    def stop(self):
        self.process.stop()
