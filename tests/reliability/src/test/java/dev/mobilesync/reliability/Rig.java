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

/** Everything that rows run against, in processes of its own. Between rows all of it is up and all lines are whole. */
final class Rig implements AutoCloseable {

    private final List<AutoCloseable> opened = new ArrayList<>();
    private final Path folder;
    private final Shape shape;
    private final StoreProcess store;
    private final RabbitNodes rabbit;
    private final List<RedisProcess> redis = new ArrayList<>();
    private final List<ServiceInstance> webServers;
    private final List<ServiceInstance> stateManagers;
    private final List<ServiceInstance> socketServers;
    private final Balancer webBalancer;
    private final Balancer socketBalancer;

    private Rig(Shape shape, Path folder) throws IOException {
        this.shape = shape;
        this.folder = folder;
        boolean whole = false;
        try {
            rabbit = opened(new RabbitNodes(folder, shape.brokerNodes));
            store = opened(StoreProcess.start(folder));
            startRedis();
            rabbit.awaitUp();
            store.awaitUp();
            webServers = instances(Kind.WEB, shape.webServers);
            stateManagers = instances(Kind.STATE, shape.stateManagers);
            socketServers = instances(Kind.SOCKET, shape.socketServers);
            services().forEach(ServiceInstance::start);
            services().forEach(ServiceInstance::awaitReady);
            webBalancer = opened(new Balancer(webServers));
            socketBalancer = opened(new Balancer(socketServers));
            whole = true;
        } finally {
            if (!whole) {
                close();
            }
        }
    }

    /** Starts all of it and returns when it is ready. What the processes print and keep is under {@code target/reliability}. */
    static Rig start(Shape shape) {
        Path folder = Path.of("target", "reliability", "rig-" + shape.name().toLowerCase(Locale.ROOT))
                .toAbsolutePath();
        try {
            FileSystemUtils.deleteRecursively(folder);
            Files.createDirectories(folder);
            long started = System.nanoTime();
            Rig rig = new Rig(shape, folder);
            Row.warmUp(rig);
            Progress.say("rig %s is up after %.1f s", shape, (System.nanoTime() - started) / 1e9);
            return rig;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private <T extends AutoCloseable> T opened(T part) {
        opened.add(part);
        return part;
    }

    private void startRedis() throws IOException {
        int count = Math.max(1, shape.redisClusterNodes);
        for (int i = 0; i < count; i++) {
            Path directory = Files.createDirectory(folder.resolve("redis-" + i));
            redis.add(opened(
                    isRedisCluster()
                            ? RedisProcess.startClusterNode(directory, "--cluster-node-timeout", "2000")
                            : RedisProcess.start(directory)));
        }
        if (isRedisCluster()) {
            RedisProcess.formCluster(redis, 1);
        }
    }

    private boolean isRedisCluster() {
        return shape.redisClusterNodes > 0;
    }

    private List<ServiceInstance> instances(Kind kind, int count) {
        Map<String, String> settings = new HashMap<>(shape.settings);
        if (isRedisCluster()) {
            settings.put("SPRING_DATA_REDIS_CLUSTER_NODES", redisAddresses());
        }
        List<Integer> brokerPorts =
                rabbit.all().stream().map(RabbitNodes.Node::port).toList();
        int redisPort = isRedisCluster() ? 0 : redis.get(0).port();
        return IntStream.rangeClosed(1, count)
                .mapToObj(number -> opened(
                        new ServiceInstance(kind, number, folder, brokerPorts, redisPort, store.port(), settings)))
                .toList();
    }

    private String redisAddresses() {
        return redis.stream().map(RedisProcess::address).collect(Collectors.joining(","));
    }

    Shape shape() {
        return shape;
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

    RabbitNodes rabbit() {
        return rabbit;
    }

    /** The only Redis, or the cluster's nodes: primaries first at the start. */
    List<RedisProcess> redis() {
        return redis;
    }

    /** What stands before the web-servers. */
    Balancer webBalancer() {
        return webBalancer;
    }

    /** What stands before the socket-servers. */
    Balancer socketBalancer() {
        return socketBalancer;
    }

    /** What is in Redis, in the store and among the dead letters. */
    Facts facts() {
        return new Facts(this);
    }

    /**
     * Lines as at first; what stands still goes on; what is not alive, server or service, is started; returns when
     * everything is ready.
     */
    void recover() {
        services().forEach(ServiceInstance::mendLines);
        services().stream().filter(ServiceInstance::isAlive).forEach(ServiceInstance::resume);
        for (RabbitNodes.Node node : rabbit.all()) {
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
        services().forEach(ServiceInstance::awaitReady);
    }

    @Override
    public void close() {
        for (int i = opened.size() - 1; i >= 0; i--) {
            try {
                opened.get(i).close();
            } catch (Exception e) {
                Progress.say("could not close %s: %s", opened.get(i), e);
            }
        }
        opened.clear();
    }
}
