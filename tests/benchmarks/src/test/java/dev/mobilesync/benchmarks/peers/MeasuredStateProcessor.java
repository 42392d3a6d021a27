package dev.mobilesync.benchmarks.peers;

import dev.mobilesync.benchmarks.report.Implementation;
import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.testsupport.TestPorts;
import java.nio.file.Path;
import java.util.Map;

/** state-manager, or the bare hops of a state change in Node. */
public final class MeasuredStateProcessor implements AutoCloseable {

    private static final String BARE_QUEUE = "bare_hops";
    private static final String BARE_EXCHANGE = "bare_hops_broadcast";

    private final BackingServers backing;
    private final Path directory;
    private final MeasuredProcess process;
    private final String queue;
    private final String exchange;

    private MeasuredStateProcessor(
            BackingServers backing, Path directory, MeasuredProcess process, String queue, String exchange) {
        this.backing = backing;
        this.directory = directory;
        this.process = process;
        this.queue = queue;
        this.exchange = exchange;
    }

    /**
     * Starts the service and waits until it is ready.
     *
     * @param implementation mobile-sync or Node
     * @param directory for the output of the processes
     */
    public static MeasuredStateProcessor start(Implementation implementation, BackingServers backing, Path directory) {
        return switch (implementation) {
            case MOBILE_SYNC -> {
                Map<String, String> environment = backing.springEnvironment();
                environment.put("SERVER_PORT", Integer.toString(TestPorts.freePort()));
                MeasuredProcess process =
                        MeasuredProcess.java(directory, environment, "state-manager/target/state-manager-exec.jar", 0);
                yield new MeasuredStateProcessor(
                        backing, directory, process, AmqpNames.STATUS_QUEUE, AmqpNames.BROADCAST_EXCHANGE);
            }
            case NODE -> {
                MeasuredProcess process = MeasuredProcess.node(
                        directory, backing.nodeEnvironment(), "bare-hops.mjs", BARE_QUEUE, BARE_EXCHANGE);
                yield new MeasuredStateProcessor(backing, directory, process, BARE_QUEUE, BARE_EXCHANGE);
            }
            case JAVA, SOCKET_IO, SIMPLE_BROKER ->
                throw new IllegalArgumentException(implementation + " changes no state");
        };
    }

    public MeasuredProcess process() {
        return process;
    }

    /** Starts a client that publishes statuses. */
    public StatusMessageLoad statusMessageLoad() {
        return new StatusMessageLoad(
                NodeClient.start(directory, backing.nodeEnvironment(), 0, "statuses.mjs", queue, exchange));
    }

    @Override
    public void close() {
        process.close();
    }
}
