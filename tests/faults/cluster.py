"""Three RabbitMQ nodes that are one broker: quorum queues live while two of them do."""

import os
from pathlib import Path

from tests.faults.network import MB, Disk, Host, Network
from tests.node import Place, free_port
from tests.nodes import RabbitNode

VHOST = "hecha"
DISK = 1500 * MB


class ClusterNode(RabbitNode):
    """One of the three, on a host of its own."""

    def __init__(self, host: Host, disk: Disk, ports: tuple[int, int], cookie: str) -> None:
        self.host, self.disk = host, disk
        super().__init__(place=Place(disk.folder, host.enter, host.address, ports[0]))
        self.name = f"{host.name}@{host.address}"  # named apart: on loopback all three stand in one epmd
        self._join_in(ports, cookie)

    def _join_in(self, ports: tuple[int, int], cookie: str) -> None:
        address = "{" + self.host.address.replace(".", ",") + "}"
        self.env |= {
            "ERL_EPMD_PORT": str(ports[1]),
            "ERL_EPMD_ADDRESS": ",".join(self.host.neighbours) or self.host.address,
            "RABBITMQ_NODENAME": self.name,
            "RABBITMQ_USE_LONGNAME": "true",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+sbwt none +sbwtdcpu none +sbwtdio none +S 1:1 "
            f"-kernel inet_dist_use_interface {address} -kernel net_ticktime 8",
        }
        path = self.folder / ".erlang.cookie"
        path.chmod(0o600)
        path.write_text(cookie)
        path.chmod(0o400)

    def know(self, names: list[str]) -> None:
        """Who the others are."""
        conf = {
            "loopback_users": "none",
            "cluster_formation.peer_discovery_backend": "classic_config",
            "cluster_partition_handling": "pause_minority",
            "disk_free_limit.absolute": "30MB",
            "raft.wal_max_size_bytes": str(16 * MB),
            "default_vhost": VHOST,
            **{f"cluster_formation.classic_config.nodes.{n}": name for n, name in enumerate(names, 1)},
        }
        with (self.folder / "rabbitmq.conf").open("a") as file:
            file.writelines(f"{key} = {value}\n" for key, value in conf.items())


class Cluster:
    """Starts the three together and knows their common address."""

    def __init__(self, network: Network, folder: Path) -> None:
        ports, cookie = (free_port(), free_port()), os.urandom(12).hex()
        hosts = [network.host(f"rabbit{n}") for n in (1, 2, 3)]
        for host in hosts:
            host.neighbours = [] if network.real else [each.address for each in hosts]
        self.nodes = [ClusterNode(host, Disk(folder / host.name, DISK, network.real), ports, cookie) for host in hosts]
        for node in self.nodes:
            node.know([each.name for each in self.nodes])
        self.url = ",".join(f"amqp://guest:guest@{node.address}:{node.port}/{VHOST}" for node in self.nodes)

    def begin(self) -> None:
        """Starts all three and does not wait."""
        for node in self.nodes:
            node.begin()

    def started(self) -> "Cluster":
        """Waits until all three are one broker: about 15 seconds."""
        for node in self.nodes:
            node.started()
        self.nodes[0].rabbitmqctl("await_online_nodes", "3")
        return self

    def flush(self) -> None:
        """Writes down on each node which queues there are: see RabbitNode.flush."""
        sync = "fun() -> [dets:sync(Table) || Table <- dets:all()] end"
        self.nodes[0].rabbitmqctl("eval", f"[erpc:call(Node, {sync}) || Node <- rabbit_nodes:all_running()].")

    def remove(self) -> None:
        """Ends all nodes."""
        for node in self.nodes:
            node.remove()
