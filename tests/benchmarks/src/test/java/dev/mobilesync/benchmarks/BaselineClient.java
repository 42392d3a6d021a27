package dev.mobilesync.benchmarks;

import static java.util.Objects.requireNonNull;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.MessageProperties;
import dev.mobilesync.testsupport.BrokerQueues;
import dev.mobilesync.testsupport.StoreProcess;
import io.minio.Http;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import java.io.IOException;
import java.util.Map;
import okhttp3.ConnectionPool;
import okhttp3.OkHttpClient;

/** Sends the store and broker requests of an upload directly to the backing services, without mobile-sync. */
final class BaselineClient implements AutoCloseable {

    private static final String QUEUE = "benchmark";
    private static final int MESSAGE_BYTES = 500;
    private static final long CONFIRM_MILLIS = 5_000;
    private static final AMQP.BasicProperties PERSISTENT = MessageProperties.PERSISTENT_BASIC;

    private final MinioClient store;
    private final MinioClient storeWithoutNoDelay;
    private final Connection broker;
    private final ThreadLocal<Channel> channel;

    BaselineClient(BenchmarkEnvironment environment) throws Exception {
        Map<String, String> properties = environment.properties();
        OkHttpClient http = Http.newDefaultClient();
        storeWithoutNoDelay = store(properties, http);
        store = store(
                properties,
                http.newBuilder()
                        .addNetworkInterceptor(chain -> {
                            chain.connection().socket().setTcpNoDelay(true);
                            return chain.proceed(chain.request());
                        })
                        .connectionPool(new ConnectionPool())
                        .build());
        broker = BrokerQueues.connect(properties);
        channel = confirmingChannels(broker);
        try (Channel declaring = broker.createChannel()) {
            declaring.queueDeclare(
                    QUEUE, true, false, false, Map.of("x-queue-type", "quorum", "x-max-length", 100_000));
        }
    }

    private static MinioClient store(Map<String, String> properties, OkHttpClient http) {
        return MinioClient.builder()
                .endpoint(requireNonNull(properties.get("mobile-sync.store.endpoint")))
                .region("us-east-1")
                .credentials(StoreProcess.ACCESS_KEY, StoreProcess.SECRET_KEY)
                .httpClient(http)
                .build();
    }

    /** A channel with publisher confirms for each thread. */
    static ThreadLocal<Channel> confirmingChannels(Connection broker) {
        return ThreadLocal.withInitial(() -> {
            try {
                Channel created = broker.createChannel();
                created.confirmSelect();
                return created;
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    /** Stores a picture under a separate key. */
    void put(int number, byte[] picture) throws Exception {
        put(store, number, picture);
    }

    /** The same without {@code TCP_NODELAY}, as the SDK's client does by default. */
    void putWithoutNoDelay(int number, byte[] picture) throws Exception {
        put(storeWithoutNoDelay, number, picture);
    }

    private static void put(MinioClient store, int number, byte[] picture) throws Exception {
        store.putObject(PutObjectArgs.builder()
                .bucket(StoreProcess.BUCKET)
                .object("benchmark/" + number + ".jpg")
                .data(picture, picture.length)
                .contentType("image/jpeg")
                .build());
    }

    /** Publishes a message of typical size to a quorum queue and waits for the confirm. */
    void publish(int number) throws Exception {
        channel.get().basicPublish("", QUEUE, PERSISTENT, new byte[MESSAGE_BYTES]);
        channel.get().waitForConfirmsOrDie(CONFIRM_MILLIS);
    }

    @Override
    public void close() throws IOException {
        broker.close();
    }
}
