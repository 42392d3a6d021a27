package dev.mobilesync.endtoend;

import com.rabbitmq.client.GetResponse;
import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.testsupport.api.AmqpContract;
import io.minio.ListObjectsArgs;
import io.minio.MinioClient;
import io.minio.Result;
import io.minio.errors.MinioException;
import io.minio.messages.Item;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.data.redis.core.StringRedisTemplate;
import tools.jackson.databind.JsonNode;

/** The side effects of requests in Redis, in the object store and in {@code status_queue}. */
final class SideEffects {

    private static final List<String> COUNTERS = List.of(
            "mobile_sync:limit",
            "mobile_sync:pairing_failures",
            "mobile_sync:connections",
            "mobile_sync:socket_server");

    private final StringRedisTemplate redis;
    private final RabbitTemplate rabbit;
    private final MinioClient store;
    private final String bucket;

    SideEffects(MobileSyncSystem system) {
        redis = system.bean(StringRedisTemplate.class);
        rabbit = system.bean(RabbitTemplate.class);
        Map<String, String> properties = system.servers().properties();
        bucket = properties.getOrDefault("mobile-sync.store.bucket", "captures");
        store = MinioClient.builder()
                .endpoint(property(properties, "mobile-sync.store.endpoint"))
                .credentials(
                        property(properties, "mobile-sync.store.access-key"),
                        property(properties, "mobile-sync.store.secret-key"))
                .region(properties.getOrDefault("mobile-sync.store.region", "us-east-1"))
                .build();
    }

    private static String property(Map<String, String> properties, String key) {
        return Objects.requireNonNull(properties.get(key), key);
    }

    /** A fingerprint of each stored item by name, without request counters. */
    SortedMap<String, String> storedItems() {
        SortedMap<String, String> items = new TreeMap<>();
        for (String key : Objects.requireNonNullElse(redis.keys("*"), Set.<String>of())) {
            if (COUNTERS.stream().noneMatch(key::startsWith)) {
                items.put("redis " + key, Arrays.toString(redis.dump(key)));
            }
        }
        try {
            for (Result<Item> object : store.listObjects(
                    ListObjectsArgs.builder().bucket(bucket).recursive(true).build())) {
                Item item = object.get();
                items.put("object " + item.objectName(), item.etag() + " " + item.lastModified());
            }
        } catch (MinioException e) {
            throw new IllegalStateException(e);
        }
        return items;
    }

    /** Removes and returns the messages of {@code status_queue}, which must be as {@code asyncapi.yaml} documents them. */
    List<JsonNode> messages() {
        List<JsonNode> messages = rabbit.execute(channel -> {
            List<JsonNode> taken = new ArrayList<>();
            GetResponse message;
            while ((message = channel.basicGet(AmqpNames.STATUS_QUEUE, true)) != null) {
                AmqpContract.checkEvent(message.getProps(), message.getBody());
                taken.add(MessageCodec.mapper().readTree(message.getBody()));
            }
            return taken;
        });
        return Objects.requireNonNull(messages);
    }
}
