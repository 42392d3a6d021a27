package dev.mobilesync.standalone;

import java.net.Inet4Address;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Where browsers of this machine and of its own network reach it, so that a phone beside it can be tried, too. */
final class LocalAddresses {

    private LocalAddresses() {}

    /** The pages' origins, separated by commas: localhost, loopback, and each private IPv4 address of this machine. */
    static String origins(int port) {
        return Stream.concat(Stream.of("localhost", "127.0.0.1"), privateAddresses())
                .map(host -> "http://" + host + ":" + port)
                .collect(Collectors.joining(","));
    }

    /** Where a phone beside this machine reaches it, if it is in a network of its own. */
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
