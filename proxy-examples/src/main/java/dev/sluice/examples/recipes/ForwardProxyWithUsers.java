package dev.sluice.examples.recipes;

import dev.sluice.proxy.ProxyFilter;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.connect.AddressRule;
import dev.sluice.proxy.forward.Credentials;
import dev.sluice.proxy.forward.ForwardProxy;
import dev.sluice.proxy.server.ProxyServer;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A forward proxy for people who are known by name and password, with a log line for each request that names the user.
 * Others are answered with 407.
 *
 * <p>The password goes over the network in a form that everybody on the way can read. Listen on the loopback interface,
 * as this recipe does, or with TLS. A user goes to public addresses, and through CONNECT to port 443.
 */
public final class ForwardProxyWithUsers {
    private ForwardProxyWithUsers() {}

    /**
     * Starts the proxy at {@code port}, 0 for any.
     *
     * @param passwords the password of each user
     * @param log gets the lines; called from many threads
     */
    public static ProxyServer start(int port, Map<String, String> passwords, Consumer<String> log) {
        return start(port, passwords, log, AddressRule.PUBLIC);
    }

    static ProxyServer start(int port, Map<String, String> passwords, Consumer<String> log, AddressRule addresses) {
        ForwardProxy proxy = ForwardProxy.builder()
                .basicAuthentication("proxy", Credentials.of(passwords))
                .addresses(addresses)
                .build();
        return ProxyServer.builder()
                .port(port)
                .forward(proxy)
                .addFilter(userLog(log))
                .build()
                .start();
    }

    /** The user is known when the proxy has answered, not before. */
    private static ProxyFilter userLog(Consumer<String> log) {
        return (request, next) -> {
            ProxyResponse response = next.handle(request);
            ForwardProxy.User user = request.exchange().get(ForwardProxy.User.class);
            log.accept((user == null ? "-" : user.name())
                    + ' '
                    + request.method()
                    + ' '
                    + request.target().authority()
                    + ' '
                    + response.status());
            return response;
        };
    }

    /** Listens at port 3128 until the process ends; the arguments are a user's name and password. */
    public static void main(String[] args) {
        start(3128, Map.of(args[0], args[1]), System.out::println);
    }
}
