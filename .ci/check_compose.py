"""Checks the hardening, networks, secrets and references of docker-compose.yml and docker/nginx.conf."""

import os
import re
import sys

import yaml

SERVICES = {"web-server": 8080, "state-manager": None, "socket-server": 8081}
# The first versions without the known vulnerabilities that concern this deployment.
OLDEST = {"redis": (8, 2, 3), "nginx": (1, 30, 1)}
# Runs single commands: nothing probes or restarts it.
ONE_OFF = "mobile-sync/admin"
# The permitted networks by image name.
NETWORKS = {
    "nginx": {"edge"},
    "mobile-sync/web-server": {"edge", "servers", "store"},
    "mobile-sync/state-manager": {"servers"},
    "mobile-sync/socket-server": {"edge", "servers"},
    ONE_OFF: {"servers", "store"},
    "rabbitmq": {"servers"},
    "redis": {"servers"},
    "pgsty/silo": {"store"},
}

with open("docker-compose.yml", encoding="utf-8") as file:
    compose = yaml.safe_load(file)

problems = []


def check(condition, problem):
    if not condition:
        problems.append(problem)


for name, service in compose["services"].items():
    image, _, tag = service.get("image", "").partition(":")
    check(re.fullmatch(r"\d+\.\d+\.\d+|RELEASE\.[0-9TZ-]+", tag), f"{name}: the image tag must be a complete version, not {tag!r}")
    if image in OLDEST:
        version = tuple(int(number) for number in tag.split("."))
        check(version >= OLDEST[image], f"{name}: {image} must be {OLDEST[image]} or later, not {version}")
    if image == ONE_OFF:
        check(service.get("profiles") == ["admin"], f"{name}: must have the profile admin only, so that it does not start with the others")
        check(service.get("restart") == "no", f"{name}: must not be restarted")
    else:
        check("test" in service.get("healthcheck", {}), f"{name}: a health check is missing")
        check("profiles" not in service, f"{name}: must start with the others, without a profile")
    check(service.get("read_only") is True, f"{name}: the root file system must be read-only")
    check(service.get("cap_drop") == ["ALL"], f"{name}: must drop all capabilities")
    check("no-new-privileges:true" in service.get("security_opt", []), f"{name}: no-new-privileges is missing")
    check("mem_limit" in service and "pids_limit" in service, f"{name}: mem_limit or pids_limit is missing")
    networks = set(service.get("networks", []))
    check(networks == NETWORKS.get(image), f"{name}: the networks must be {NETWORKS.get(image)}, not {networks}")
    check(networks <= set(compose["networks"]), f"{name}: networks {networks - set(compose['networks'])} are not declared")
    for other in service.get("depends_on", {}):
        check(other in compose["services"], f"{name}: depends on {other}, which does not exist")
    for volume in service.get("volumes", []):
        source = volume.split(":")[0]
        if source.startswith("./"):
            check(os.path.isfile(source), f"{name}: file {source} does not exist")
        else:
            check(source in compose["volumes"], f"{name}: volume {volume} is not declared")
    for secret in service.get("secrets", []):
        check(secret in compose["secrets"], f"{name}: secret {secret} is not declared")
    for key in service.get("environment") or {}:
        check(not re.search("(PASSWORD|PASS|SECRET|SECRET_KEY)$", key), f"{name}: {key} must be a secret from a file, not a variable")
    if "ports" in service:
        check(image == "nginx", f"{name}: only the proxy may publish ports")

for name in ("servers", "store"):
    check(compose["networks"][name].get("internal") is True, f"network {name} must be internal")
with open("docker/make-secrets.sh", encoding="utf-8") as file:
    made = file.read()
for name, secret in compose["secrets"].items():
    check(secret["file"] == f"./secrets/{name}", f"secret {name}: the file must be ./secrets/{name}, not {secret['file']}")
    check(f" {name}" in made, f"secret {name}: docker/make-secrets.sh does not create it")

with open("docker/nginx.conf", encoding="utf-8") as file:
    proxy = file.read()

for kind, port in SERVICES.items():
    instances = [
        name for name, service in compose["services"].items() if service.get("image", "").startswith(f"mobile-sync/{kind}:")
    ]
    check(len(instances) >= 2, f"{kind}: at least two instances are required, not {instances}")
    for name in instances:
        check(not port or re.search(rf"server {name}:{port} ", proxy), f"{name}: docker/nginx.conf does not list it")

queues = [
    service["environment"]["MOBILE_SYNC_SOCKET_QUEUE"]
    for service in compose["services"].values()
    if "MOBILE_SYNC_SOCKET_QUEUE" in (service.get("environment") or {})
]
check(len(set(queues)) == len(queues) >= 2, f"each socket-server needs a separate queue, not {queues}")
for queue in queues:
    check(re.fullmatch(r"broadcast_queue\.[A-Za-z0-9][A-Za-z0-9_-]{0,63}", queue), f"{queue} is not a valid queue of broadcasts")
for target in re.findall(r"server ([a-z0-9-]+):\d+ ", proxy):
    check(target in compose["services"], f"docker/nginx.conf lists {target}, which does not exist")

print("\n".join(problems) or f"{len(compose['services'])} services checked, no problems")
sys.exit(1 if problems else 0)
