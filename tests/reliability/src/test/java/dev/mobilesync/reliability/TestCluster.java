package dev.mobilesync.reliability;

import dev.mobilesync.reliability.ServiceInstance.Kind;
import dev.mobilesync.testsupport.RedisProcess;
import dev.mobilesync.testsupport.StoreProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.springframework.util.FileSystemUtils;

/** All servers and services of the scenarios in separate processes. Between scenarios all are up and connected. */
final class TestCluster implements AutoCloseable {

    private final List<AutoCloseable> opened = new ArrayList<>();
    private final Path directory;
    private ClusterTopology topology;
    private final StoreProcess store;
    private final RabbitCluster rabbit;
    private final List<RedisProcess> redis = new ArrayList<>();
    private final List<ServiceInstance> webServers;
    private final List<ServiceInstance> stateManagers;
    private final List<ServiceInstance> socketServers;
    private final LoadBalancer webBalancer;
    private final LoadBalancer socketBalancer;

    private TestCluster(ClusterTopology topology, Path directory) throws IOException {
        this.topology = topology;
        this.directory = directory;
        boolean started = false;
        try {
            rabbit = opened(new RabbitCluster(directory, topology.brokerNodes));
            store = opened(StoreProcess.start(directory));
            startRedis();
            webServers = instances(Kind.WEB, ClusterTopology.WEB_SERVERS);
            stateManagers = instances(Kind.STATE, ClusterTopology.STATE_MANAGERS);
            socketServers = instances(Kind.SOCKET, topology.socketServers());
            Stream.of(webServers, stateManagers, socketServers)
                    .parallel()
                    .forEach(instances -> instances.get(0).prepare());
            rabbit.awaitUp();
            store.awaitUp();
            services().forEach(ServiceInstance::start);
            awaitReady();
            webBalancer = opened(new LoadBalancer(webServers));
            socketBalancer = opened(new LoadBalancer(socketServers));
            started = true;
        } finally {
            if (!started) {
                close();
            }
        }
    }

    /** Starts all processes and waits until they are ready. Their output and data are under {@code target/reliability}. */
    static TestCluster start(ClusterTopology topology) {
        Path directory = Path.of(
                        "target", "reliability", "cluster-" + topology.name().toLowerCase(Locale.ROOT))
                .toAbsolutePath();
        try {
            FileSystemUtils.deleteRecursively(directory);
            Files.createDirectories(directory);
            long started = System.nanoTime();
            TestCluster cluster = new TestCluster(topology, directory);
            FaultScenario.warmUp(cluster);
            ProgressOutput.print("cluster %s is up after %.1f s", topology, (System.nanoTime() - started) / 1e9);
            return cluster;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private <T extends AutoCloseable> T opened(T resource) {
        opened.add(resource);
        return resource;
    }

    private void startRedis() throws IOException {
        int count = Math.max(1, topology.redisClusterNodes);
        for (int i = 0; i < count; i++) {
            Path data = Files.createDirectory(directory.resolve("redis-" + i));
            redis.add(opened(
                    isRedisCluster()
                            ? RedisProcess.startClusterNode(data, "--cluster-node-timeout", "2000")
                            : RedisProcess.start(data)));
        }
        if (isRedisCluster()) {
            RedisProcess.formCluster(redis, 1);
        }
    }

    private boolean isRedisCluster() {
        return topology.redisClusterNodes > 0;
    }

    /** The topology's settings for all services. */
    private Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>(topology.settings);
        if (isRedisCluster()) {
            settings.put("SPRING_DATA_REDIS_CLUSTER_NODES", redisAddresses());
        }
        return settings;
    }

    /** Keeps the servers and restarts the services with this topology's settings, which each has until its next start. */
    void changeTo(ClusterTopology other) {
        topology = other;
        services().forEach(ServiceInstance::kill);
        services().forEach(service -> service.start(settings()));
        awaitReady();
        FaultScenario.warmUp(this);
    }

    private List<ServiceInstance> instances(Kind kind, int count) {
        List<Integer> brokerPorts =
                rabbit.all().stream().map(RabbitCluster.Node::port).toList();
        int redisPort = isRedisCluster() ? 0 : redis.get(0).port();
        return IntStream.rangeClosed(1, count)
                .mapToObj(number -> opened(
                        new ServiceInstance(kind, number, directory, brokerPorts, redisPort, store.port(), settings())))
                .toList();
    }

    private String redisAddresses() {
        return redis.stream().map(RedisProcess::address).collect(Collectors.joining(","));
    }

    ClusterTopology topology() {
        return topology;
    }

    /** A web-server instance; the first is 0. */
    ServiceInstance web(int index) {
        return webServers.get(index);
    }

    ServiceInstance state(int index) {
        return stateManagers.get(index);
    }

    ServiceInstance socket(int index) {
        return socketServers.get(index);
    }

    List<ServiceInstance> webServers() {
        return webServers;
    }

    List<ServiceInstance> stateManagers() {
        return stateManagers;
    }

    List<ServiceInstance> socketServers() {
        return socketServers;
    }

    List<ServiceInstance> services() {
        return Stream.of(webServers, stateManagers, socketServers)
                .flatMap(List::stream)
                .toList();
    }

    StoreProcess store() {
        return store;
    }

    RabbitCluster rabbit() {
        return rabbit;
    }

    /** The only Redis, or the nodes of the cluster with the initial primaries first. */
    List<RedisProcess> redis() {
        return redis;
    }

    /** The load balancer of the web-servers. */
    LoadBalancer webBalancer() {
        return webBalancer;
    }

    /** The load balancer of the socket-servers. */
    LoadBalancer socketBalancer() {
        return socketBalancer;
    }

    /**
     * Resets all proxies, resumes suspended processes, restarts ended servers and services, and waits until all are
     * ready.
     */
    void recover() {
        services().forEach(ServiceInstance::restoreConnections);
        services().stream().filter(ServiceInstance::isAlive).forEach(ServiceInstance::resume);
        for (RabbitCluster.Node node : rabbit.all()) {
            if (!node.isRunning()) {
                node.start();
                node.awaitUp();
            }
        }
        if (!store.isAlive()) {
            store.restart();
        }
        services().stream().filter(service -> !service.isAlive()).forEach(ServiceInstance::start);
        awaitReady();
    }

    void awaitReady() {
        services().parallelStream().forEach(ServiceInstance::awaitReady);
    }

    @Override
    public void close() {
        for (int i = opened.size() - 1; i >= 0; i--) {
            try {
                opened.get(i).close();
            } catch (Exception e) {
                ProgressOutput.print("could not close %s: %s", opened.get(i), e);
            }
        }
        opened.clear();
    }
}
