package dev.mobilesync.service;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HexFormat;

/** Addresses of clients, as they are limited. */
public final class ClientAddress {

    private static final int IPV4_BYTES = 4;
    private static final int IPV6_NETWORK_BYTES = 8;

    private ClientAddress() {}

    /**
     * What one client's requests have in common: its address or, of IPv6, the network of 2^64 addresses that one
     * customer gets.
     *
     * @param remoteAddress as {@code HttpServletRequest.getRemoteAddr()} gives it: digits, never a name
     */
    public static String key(String remoteAddress) {
        if (!remoteAddress.matches("[0-9a-fA-F:.%]+.*") || remoteAddress.indexOf(':') < 0) {
            return remoteAddress;
        }
        try {
            int zone = remoteAddress.indexOf('%');
            byte[] address = InetAddress.getByName(zone < 0 ? remoteAddress : remoteAddress.substring(0, zone))
                    .getAddress();
            // An IPv4 address in IPv6's clothes comes out as IPv4.
            return address.length == IPV4_BYTES
                    ? InetAddress.getByAddress(address).getHostAddress()
                    : HexFormat.of().formatHex(Arrays.copyOf(address, IPV6_NETWORK_BYTES)) + "::/64";
        } catch (UnknownHostException e) {
            return remoteAddress;
        }
    }
}
