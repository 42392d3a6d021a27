package dev.mobilesync.benchmarks;

import static java.util.Objects.requireNonNull;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.MessageProperties;
import dev.mobilesync.testsupport.BrokerQueues;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The hops of a capture, made with the client libraries of the store, the broker and Redis, without mobile-sync: PUT, confirmed
 * publish to a quorum queue, HSET, confirmed publish to a fanout exchange, and a frame of the same size over a socket.
 */
final class BareCapture implements AutoCloseable {

    private static final String STATUS = "bare-status";
    private static final String BROADCAST = "bare-broadcast";
    private static final int CONSUMERS = 8;
    private static final int PREFETCH = 250;
    private static final int MESSAGE_BYTES = 500;
    private static final long TIMEOUT_MILLIS = 10_000;

    private final MinioClient sdk;
    private final String bucket;
    private final Connection broker;
    private final RedisClient redisClient;
    private final StatefulRedisConnection<String, String> redis;
    private final ServerSocket listener;
    private final Socket sender;
    private final Socket receiver;
    private final Map<Integer, CompletableFuture<Long>> frames = new ConcurrentHashMap<>();
    private final ThreadLocal<Channel> publisher;

    /**
     * When each hop ended, as of {@link System#nanoTime()}.
     *
     * @param frame when the frame arrived
     */
    record Hops(long start, long stored, long confirmed, long frame) {}

    BareCapture(Map<String, String> properties) throws Exception {
        sdk = UploadPhones.sdk(properties);
        bucket = requireNonNull(properties.get("mobile-sync.store.bucket"));
        redisClient = RedisClient.create(RedisURI.builder()
                .withHost(requireNonNull(properties.get("spring.data.redis.host")))
                .withPort(Integer.parseInt(requireNonNull(properties.get("spring.data.redis.port"))))
                .withDatabase(Integer.parseInt(requireNonNull(properties.get("spring.data.redis.database"))))
                .build());
        redis = redisClient.connect();
        listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        receiver = new Socket(listener.getInetAddress(), listener.getLocalPort());
        sender = listener.accept();
        sender.setTcpNoDelay(true);
        Thread reader = new Thread(this::readFrames, "bare-frames");
        reader.setDaemon(true);
        reader.start();
        broker = BrokerQueues.connect(properties);
        publisher = BaselineClient.confirmingChannels(broker);
        try (Channel channel = broker.createChannel()) {
            channel.queueDeclare(STATUS, true, false, false, Map.of("x-queue-type", "quorum"));
            channel.exchangeDeclare(BROADCAST, "fanout", true);
        }
        consumeBroadcasts();
        for (int i = 0; i < CONSUMERS; i++) {
            consumeStatus(broker.createChannel());
        }
    }

    /** Sends a picture through all hops and waits for its frame. */
    Hops send(int number, byte[] picture) throws Exception {
        CompletableFuture<Long> frame = new CompletableFuture<>();
        frames.put(number, frame);
        long start = System.nanoTime();
        sdk.putObject(PutObjectArgs.builder()
                .bucket(bucket)
                .object("bare-" + number + "/sync_cap.jpg")
                .data(picture, picture.length)
                .contentType("image/jpeg")
                .build());
        long stored = System.nanoTime();
        byte[] message = ByteBuffer.allocate(MESSAGE_BYTES).putInt(number).array();
        publisher.get().basicPublish("", STATUS, MessageProperties.PERSISTENT_BASIC, message);
        publisher.get().waitForConfirmsOrDie(TIMEOUT_MILLIS);
        long confirmed = System.nanoTime();
        return new Hops(start, stored, confirmed, frame.get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS));
    }

    private void consumeStatus(Channel channel) throws IOException {
        channel.basicQos(PREFETCH);
        channel.confirmSelect();
        channel.basicConsume(STATUS, false, new DefaultConsumer(channel) {
            @Override
            public void handleDelivery(String tag, Envelope envelope, AMQP.BasicProperties header, byte[] body)
                    throws IOException {
                redis.sync()
                        .hset(
                                "bare:" + ByteBuffer.wrap(body).getInt(),
                                Map.of("status", "COMPLETED", "revision", "1", "imageUrl", "/captures/E/sync_cap.jpg"));
                channel.basicPublish(BROADCAST, "", MessageProperties.PERSISTENT_BASIC, body);
                try {
                    channel.waitForConfirmsOrDie(TIMEOUT_MILLIS);
                } catch (Exception e) {
                    throw new IOException(e);
                }
                channel.basicAck(envelope.getDeliveryTag(), false);
            }
        });
    }

    private void consumeBroadcasts() throws IOException {
        Channel channel = broker.createChannel();
        String queue = channel.queueDeclare().getQueue();
        channel.queueBind(queue, BROADCAST, "");
        DataOutputStream out = new DataOutputStream(sender.getOutputStream());
        channel.basicConsume(queue, true, new DefaultConsumer(channel) {
            @Override
            public void handleDelivery(String tag, Envelope envelope, AMQP.BasicProperties header, byte[] body)
                    throws IOException {
                out.write(body);
            }
        });
    }

    private void readFrames() {
        try (DataInputStream in = new DataInputStream(receiver.getInputStream())) {
            byte[] frame = new byte[MESSAGE_BYTES];
            while (true) {
                in.readFully(frame);
                CompletableFuture<Long> waiting =
                        frames.remove(ByteBuffer.wrap(frame).getInt());
                if (waiting != null) {
                    waiting.complete(System.nanoTime());
                }
            }
        } catch (IOException e) {
            // closed
        }
    }

    @Override
    public void close() throws IOException {
        broker.close();
        redis.close();
        redisClient.shutdown();
        sender.close();
        listener.close();
    }
}
