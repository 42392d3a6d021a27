package dev.mobilesync.standalone;

import java.net.Inet4Address;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Addresses at which browsers on this machine and on its local network reach it. */
final class LocalAddresses {

    private LocalAddresses() {}

    /** Returns the pages' origins, separated by commas: localhost, loopback and each private IPv4 address. */
    static String origins(int port) {
        return Stream.concat(Stream.of("localhost", "127.0.0.1"), privateAddresses())
                .map(host -> "http://" + host + ":" + port)
                .collect(Collectors.joining(","));
    }

    /** Returns the URL for a phone on the same network; empty without a private address. */
    static Optional<String> forPhones(int port) {
        return privateAddresses().findFirst().map(host -> "http://" + host + ":" + port);
    }

    private static Stream<String> privateAddresses() {
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> address instanceof Inet4Address && address.isSiteLocalAddress())
                    .map(address -> address.getHostAddress());
        } catch (SocketException e) {
            return Stream.empty();
        }
    }
}
