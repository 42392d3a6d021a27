package dev.mobilesync.reliability;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.InvalidMessageException;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.messages.RedisKeys;
import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.StatusQueueMessage;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.reliability.FinalState.DeadLetter;
import dev.mobilesync.service.redis.SyncRecordReader;
import dev.mobilesync.testsupport.Digests;
import dev.mobilesync.testsupport.RedisProcess;
import dev.mobilesync.testsupport.StoreProcess;
import io.minio.GetObjectArgs;
import io.minio.MinioClient;
import io.minio.errors.ErrorResponseException;
import io.minio.errors.MinioException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.connection.RedisClusterConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;

/** Reads a cluster's servers directly, without proxies and services. */
final class SystemProbe implements AutoCloseable {

    private final TestCluster cluster;
    private final LettuceConnectionFactory redis;
    private final SyncRecordReader records;
    private final MinioClient store;

    SystemProbe(TestCluster cluster) {
        this.cluster = cluster;
        redis = cluster.redis().size() == 1
                ? new LettuceConnectionFactory(
                        "127.0.0.1", cluster.redis().get(0).port())
                : new LettuceConnectionFactory(new RedisClusterConfiguration(
                        cluster.redis().stream().map(RedisProcess::address).toList()));
        redis.afterPropertiesSet();
        redis.start();
        records = new SyncRecordReader(new StringRedisTemplate(redis));
        store = MinioClient.builder()
                .endpoint("http://127.0.0.1:" + cluster.store().port())
                .region("us-east-1")
                .credentials(StoreProcess.ACCESS_KEY, StoreProcess.SECRET_KEY)
                .build();
    }

    Map<ExamineeKey, SyncRecord> records(List<ExamineeKey> examinees) {
        Map<ExamineeKey, SyncRecord> found = new HashMap<>();
        for (SyncRecord record : records.readAll(examinees)) {
            if (record != null) {
                found.put(record.examinee(), record);
            }
        }
        return found;
    }

    /** Removes examinees who are not COMPLETED, so that they do not time out in a later scenario. */
    void forgetIncomplete(List<ExamineeKey> examinees) {
        StringRedisTemplate redis = redis();
        for (SyncRecord record : records(examinees).values()) {
            if (record.status() != Status.COMPLETED) {
                ExamineeKey examinee = record.examinee();
                // state-manager restores deadlines from the plan's index.
                redis.opsForZSet().remove(RedisKeys.planIndex(examinee.planId()), examinee.examineeId());
                redis.delete(RedisKeys.record(examinee));
                redis.opsForZSet().remove(RedisKeys.DEADLINES, examinee.qualifiedId());
            }
        }
    }

    /** The Redis client, for data other than records. */
    StringRedisTemplate redis() {
        return new StringRedisTemplate(redis);
    }

    /** The SHA-256 of the stored picture, or {@code null}. */
    @Nullable
    String sha256OfPicture(ExamineeKey examinee) {
        try (InputStream picture = store.getObject(GetObjectArgs.builder()
                .bucket(StoreProcess.BUCKET)
                .object(examinee.examineeId() + "/sync_cap.jpg")
                .build())) {
            return Digests.sha256(picture.readAllBytes());
        } catch (ErrorResponseException e) {
            if (e.response().code() == 404) {
                return null;
            }
            throw new IllegalStateException(e);
        } catch (MinioException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The number of ready messages in a queue. */
    long ready(String queue) {
        return onChannel(channel -> channel.queueDeclarePassive(queue).getMessageCount());
    }

    /** Removes and returns the dead letters. */
    List<DeadLetter> drainDeadLetters() {
        return onChannel(channel -> {
            List<DeadLetter> deadLetters = new ArrayList<>();
            for (GetResponse response = channel.basicGet(AmqpNames.DEAD_LETTER_QUEUE, true);
                    response != null;
                    response = channel.basicGet(AmqpNames.DEAD_LETTER_QUEUE, true)) {
                Map<String, Object> headers = response.getProps().getHeaders();
                deadLetters.add(new DeadLetter(
                        String.valueOf(response.getProps().getMessageId()),
                        headers == null ? "" : String.valueOf(headers.get(AmqpNames.DEAD_LETTER_REASON)),
                        isProcessable(response.getBody())));
            }
            return deadLetters;
        });
    }

    private static boolean isProcessable(byte[] body) {
        try {
            MessageCodec.decode(body, StatusQueueMessage.class);
            return true;
        } catch (InvalidMessageException e) {
            return false;
        }
    }

    FinalState finalState(List<ExamineeKey> examinees) {
        Map<ExamineeKey, String> pictures = new HashMap<>();
        for (ExamineeKey examinee : examinees) {
            String sha256 = sha256OfPicture(examinee);
            if (sha256 != null) {
                pictures.put(examinee, sha256);
            }
        }
        return new FinalState(records(examinees), pictures, drainDeadLetters());
    }

    /** An action on a channel of the first running broker node. */
    interface Work<T> {
        T on(Channel channel) throws IOException;
    }

    <T> T onChannel(Work<T> work) {
        try (Connection connection = connect("system-probe");
                Channel channel = connection.createChannel()) {
            return work.on(channel);
        } catch (IOException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Connects to the first running broker node. */
    Connection connect(String name) throws IOException, TimeoutException {
        RabbitCluster.Node node = cluster.rabbit().all().stream()
                .filter(RabbitCluster.Node::isRunning)
                .findFirst()
                .orElseThrow();
        ConnectionFactory factory = new ConnectionFactory();
        factory.setHost("127.0.0.1");
        factory.setPort(node.port());
        return factory.newConnection(name);
    }

    @Override
    public void close() {
        redis.destroy();
        try {
            store.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
