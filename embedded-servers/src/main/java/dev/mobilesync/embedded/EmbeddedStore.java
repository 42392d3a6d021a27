package dev.mobilesync.embedded;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.gaul.s3proxy.AuthenticationType;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobProviderMetadata;
import org.jclouds.ContextBuilder;
import org.jclouds.blobstore.BlobStore;
import org.jclouds.blobstore.BlobStoreContext;
import org.jclouds.blobstore.domain.ContainerAccess;
import org.jclouds.filesystem.reference.FilesystemConstants;
import org.jclouds.logging.slf4j.config.SLF4JLoggingModule;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An S3 endpoint on 127.0.0.1, in this JVM. Objects are files under {@code objects/<bucket>/<key>}, their metadata are
 * extended attributes. A put is on disk before the response. Every request must be signed (AWS signature 2 or 4). Versions,
 * tags and lifecycle rules are not supported.
 */
public final class EmbeddedStore implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedStore.class);
    private static final int MAX_THREADS = 32;

    private final DataDirectory data;
    private final BlobStoreContext context;
    private final S3Proxy server;
    private final URI endpoint;

    private EmbeddedStore(DataDirectory data, BlobStoreContext context, S3Proxy server, URI endpoint) {
        this.data = data;
        this.context = context;
        this.server = server;
        this.endpoint = endpoint;
    }

    /**
     * Returns when the store serves requests.
     *
     * @param dataDir created if missing, on a file system with extended attributes; for one server at a time
     * @param port 0 for a free port
     * @param bucket created if missing, and private
     * @throws EmbeddedServerException if the directory or the port is in use, or the directory cannot hold objects
     */
    public static EmbeddedStore start(Path dataDir, int port, String accessKey, String secretKey, String bucket) {
        DataDirectory data = DataDirectory.lock(dataDir, "object store");
        EmbeddedStore started = null;
        try {
            Path root = Files.createDirectories(data.resolve("objects"));
            StoreFiles files = new StoreFiles(root);
            files.requireExtendedAttributes();
            files.deleteUnfinished(Duration.ZERO);
            URI endpoint = URI.create("http://%s:%d".formatted(Loopback.HOST, Loopback.freePort(port, "object store")));
            BlobStoreContext context = context(root);
            BlobStore blobStore = new FsyncBlobStore(context.getBlobStore(), root, files);
            blobStore.createContainerInLocation(null, bucket);
            blobStore.setContainerAccess(bucket, ContainerAccess.PRIVATE);
            S3Proxy server = S3Proxy.builder()
                    .endpoint(endpoint)
                    .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, accessKey, secretKey)
                    .blobStore(blobStore)
                    .ignoreUnknownHeaders(true)
                    .jettyMaxThreads(MAX_THREADS)
                    .build();
            EmbeddedStore store = new EmbeddedStore(data, context, server, endpoint);
            try {
                server.start();
                started = store;
            } finally {
                if (started == null) {
                    store.close();
                }
            }
            return started;
        } catch (EmbeddedServerException e) {
            throw e;
        } catch (Exception e) {
            throw new EmbeddedServerException(
                    "The embedded object store in %s could not be started: %s".formatted(data.path(), e), e);
        } finally {
            if (started == null) {
                data.close();
            }
        }
    }

    public URI endpoint() {
        return endpoint;
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            LOG.warn("The embedded object store did not stop cleanly", e);
        } finally {
            context.close();
            data.close();
        }
    }

    private static BlobStoreContext context(Path root) {
        // By default, jclouds' Guice generates code in a way that Java 24 and later warn about.
        System.getProperties().putIfAbsent("guice_bytecode_gen_option", "DISABLED");
        Properties properties = new Properties();
        properties.setProperty(FilesystemConstants.PROPERTY_BASEDIR, root.toString());
        return ContextBuilder.newBuilder(new FilesystemNio2BlobProviderMetadata())
                .credentials("unused", "unused")
                .modules(List.of(new SLF4JLoggingModule()))
                .overrides(properties)
                .build(BlobStoreContext.class);
    }
}
