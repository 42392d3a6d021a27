package dev.mobilesync.reliability;

import static java.util.Objects.requireNonNull;

import dev.mobilesync.testsupport.ChildProcess;
import dev.mobilesync.testsupport.Shell;
import dev.mobilesync.testsupport.TestPorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * One RabbitMQ node or a cluster, started by the test. Names, ports, data directories and the port mapper are separate from
 * those of the machine's node.
 */
final class RabbitCluster implements AutoCloseable {

    private static final Path BIN = Path.of("/usr/lib/rabbitmq/bin");
    private static final Duration TIMEOUT = Duration.ofMinutes(5);
    private static final int CONNECT_MILLIS = 500;

    private final Path directory;
    private final int mapperPort = TestPorts.freePort();
    private final ChildProcess mapper;
    private final List<Node> nodes;

    /** Starts the first node without waiting; see {@link #awaitUp}. */
    RabbitCluster(Path directory, int count) {
        this.directory = directory;
        mapper = ChildProcess.start(
                directory,
                directory.resolve("epmd.out"),
                Map.of(),
                List.of("epmd", "-port", Integer.toString(mapperPort), "-address", "127.0.0.1"));
        nodes = IntStream.range(0, count).mapToObj(Node::new).toList();
        try {
            Files.writeString(directory.resolve("plugins"), "[].\n");
            Files.writeString(directory.resolve(".erlang.cookie"), "reliability");
            directory.resolve(".erlang.cookie").toFile().setReadable(false, false);
            directory.resolve(".erlang.cookie").toFile().setReadable(true, true);
            directory.resolve(".erlang.cookie").toFile().setWritable(false, false);
            Files.writeString(directory.resolve("rabbitmq.conf"), config());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        nodes.get(0).start();
    }

    static boolean isInstalled() {
        return Files.isExecutable(BIN.resolve("rabbitmq-server"));
    }

    private String config() {
        StringBuilder config = new StringBuilder("log.file.level = warning\nheartbeat = 10\n");
        if (nodes.size() > 1) {
            config.append("cluster_formation.peer_discovery_backend = classic_config\n")
                    .append("cluster_partition_handling = pause_minority\n");
            nodes.forEach(node -> config.append("cluster_formation.classic_config.nodes.")
                    .append(node.number)
                    .append(" = ")
                    .append(node.name())
                    .append('\n'));
        }
        return config.toString();
    }

    Node node(int index) {
        return nodes.get(index);
    }

    List<Node> all() {
        return nodes;
    }

    /** Waits for the first node, starts the others and waits until all have joined the cluster. */
    void awaitUp() {
        nodes.get(0).awaitUp();
        nodes.subList(1, nodes.size()).forEach(Node::start);
        nodes.forEach(Node::awaitUp);
        if (nodes.size() > 1) {
            Awaitility.await().atMost(TIMEOUT).ignoreExceptions().until(() -> nodes.get(0)
                    .ctl("eval", "length(rabbit_nodes:all_running()).")
                    .strip()
                    .equals(Integer.toString(nodes.size())));
        }
    }

    /** The leader of a queue, according to a running node. */
    Node leaderOf(String queue) {
        Node running = nodes.stream().filter(Node::isRunning).findFirst().orElseThrow();
        String listed = running.ctl("list_queues", "--no-table-headers", "name", "leader");
        String leader = listed.lines()
                .map(line -> line.split("\t"))
                .filter(columns -> columns[0].equals(queue))
                .map(columns -> columns[1].strip())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no " + queue + " in " + listed));
        return nodes.stream()
                .filter(node -> node.name().equals(leader))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("leader is " + leader));
    }

    @Override
    public void close() {
        nodes.forEach(Node::close);
        mapper.close();
    }

    /** One node. */
    final class Node implements AutoCloseable {

        private final int number;
        private final int port = TestPorts.freePort();
        private final int distributionPort = TestPorts.freePort();
        private @Nullable ChildProcess process;

        private Node(int index) {
            number = index + 1;
        }

        String name() {
            return "reliability" + number + "@localhost";
        }

        int port() {
            return port;
        }

        /** Starts the node with its existing data; see {@link #awaitUp}. */
        void start() {
            process = ChildProcess.start(
                    directory,
                    directory.resolve("rabbit-" + number + ".out"),
                    environment(),
                    List.of(BIN.resolve("rabbitmq-server").toString()));
        }

        /** A node listens at the end of its startup. This check is cheaper than {@code rabbitmqctl await_startup}. */
        void awaitUp() {
            Awaitility.await().atMost(TIMEOUT).until(this::listens);
        }

        private boolean listens() {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress("127.0.0.1", port), CONNECT_MILLIS);
                return true;
            } catch (IOException e) {
                return false;
            }
        }

        boolean isRunning() {
            return process != null && process.isAlive();
        }

        /** Sends SIGKILL. */
        void kill() {
            running().kill();
        }

        private ChildProcess running() {
            return requireNonNull(process, name());
        }

        /** Runs {@code rabbitmqctl} on this node; fails if the command fails. */
        String ctl(String... arguments) {
            List<String> command =
                    new ArrayList<>(List.of(BIN.resolve("rabbitmqctl").toString(), "-q", "-n", name()));
            command.addAll(List.of(arguments));
            return Shell.run(environment(), command);
        }

        private Map<String, String> environment() {
            Map<String, String> environment = new HashMap<>();
            environment.put("HOME", directory.toString());
            environment.put("ERL_EPMD_PORT", Integer.toString(mapperPort));
            environment.put("ERL_FLAGS", "-kernel inet_dist_use_interface {127,0,0,1}");
            environment.put("RABBITMQ_CONF_ENV_FILE", "/dev/null");
            environment.put("RABBITMQ_NODENAME", name());
            environment.put("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1");
            environment.put("RABBITMQ_NODE_PORT", Integer.toString(port));
            environment.put("RABBITMQ_DIST_PORT", Integer.toString(distributionPort));
            environment.put(
                    "RABBITMQ_MNESIA_BASE",
                    directory.resolve("mnesia-" + number).toString());
            environment.put(
                    "RABBITMQ_LOG_BASE", directory.resolve("log-" + number).toString());
            environment.put(
                    "RABBITMQ_CONFIG_FILE", directory.resolve("rabbitmq.conf").toString());
            environment.put(
                    "RABBITMQ_ENABLED_PLUGINS_FILE",
                    directory.resolve("plugins").toString());
            environment.put(
                    "RABBITMQ_PID_FILE", directory.resolve("pid-" + number).toString());
            environment.put("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "+S 1:1 +sbwt none");
            return environment;
        }

        @Override
        public void close() {
            if (process != null) {
                process.close();
            }
        }
    }
}
