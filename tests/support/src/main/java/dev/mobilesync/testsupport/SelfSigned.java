package dev.mobilesync.testsupport;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A self-signed certificate for {@code localhost}, created with the JDK's keytool. */
public final class SelfSigned {

    private static final String ALIAS = "server";
    private static final String PASSWORD = "only-for-tests";

    private final Path keystore;

    private SelfSigned(Path keystore) {
        this.keystore = keystore;
    }

    /**
     * @param directory the directory for the certificate and its key
     */
    public static SelfSigned in(Path directory) {
        Path keystore = directory.resolve("server.p12");
        List<String> command = List.of(
                Path.of(requireNonNull(System.getProperty("java.home")), "bin", "keytool")
                        .toString(),
                "-genkeypair",
                "-alias",
                ALIAS,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=localhost",
                "-ext",
                "SAN=dns:localhost,ip:127.0.0.1",
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-keystore",
                keystore.toString(),
                "-storepass",
                PASSWORD);
        Shell.run(Map.of(), command);
        return new SelfSigned(keystore);
    }

    /** The Spring properties that make a service use it: {@code spring.ssl.bundle.jks.server.*} and the bundle's name. */
    public Map<String, String> properties() {
        return Map.of(
                "spring.ssl.bundle.jks.server.keystore.type",
                "PKCS12",
                "spring.ssl.bundle.jks.server.keystore.location",
                keystore.toUri().toString(),
                "spring.ssl.bundle.jks.server.keystore.password",
                PASSWORD,
                "server.ssl.bundle",
                "server");
    }

    /** The context of a client that trusts only this certificate. */
    public SSLContext trusting() {
        try {
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(load());
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The context of a server with this certificate. */
    public SSLContext serving() {
        try {
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(load(), PASSWORD.toCharArray());
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Writes the certificate and its private key as PEM files, as nginx reads them. */
    public void writePem(Path certificate, Path key) {
        try {
            KeyStore store = load();
            writePem(certificate, "CERTIFICATE", store.getCertificate(ALIAS).getEncoded());
            writePem(
                    key,
                    "PRIVATE KEY",
                    store.getKey(ALIAS, PASSWORD.toCharArray()).getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void writePem(Path file, String type, byte[] content) {
        String base64 = Base64.getMimeEncoder().encodeToString(content);
        try {
            Files.writeString(file, "-----BEGIN " + type + "-----\n" + base64 + "\n-----END " + type + "-----\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private KeyStore load() throws GeneralSecurityException {
        try (InputStream in = Files.newInputStream(keystore)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, PASSWORD.toCharArray());
            return store;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
