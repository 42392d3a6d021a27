package dev.mobilesync.web.retention;

import dev.mobilesync.web.common.WebServerProperties;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.minio.RemoveObjectArgs;
import io.minio.StatObjectArgs;
import io.minio.errors.ErrorResponseException;
import io.minio.errors.MinioException;
import java.io.ByteArrayInputStream;

/** Objects that are not pictures of this service, as an operator stores them. */
final class StoredObjects {

    private final String bucket;
    private final MinioClient client;

    StoredObjects(WebServerProperties.Store settings) {
        bucket = settings.bucket();
        client = MinioClient.builder()
                .endpoint(settings.endpoint().toString())
                .region(settings.region())
                .credentials(settings.accessKey(), settings.secretKey())
                .build();
    }

    void put(String key) throws MinioException {
        client.putObject(PutObjectArgs.builder().bucket(bucket).object(key).stream(
                        new ByteArrayInputStream(new byte[1]), 1L, -1L)
                .build());
    }

    void remove(String key) throws MinioException {
        client.removeObject(
                RemoveObjectArgs.builder().bucket(bucket).object(key).build());
    }

    boolean exists(String key) throws MinioException {
        try {
            client.statObject(
                    StatObjectArgs.builder().bucket(bucket).object(key).build());
            return true;
        } catch (ErrorResponseException e) {
            return false;
        }
    }
}
