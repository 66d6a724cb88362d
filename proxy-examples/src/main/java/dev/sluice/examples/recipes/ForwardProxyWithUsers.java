package dev.sluice.examples.recipes;

import dev.sluice.proxy.Principal;
import dev.sluice.proxy.ProxyFilter;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Stage;
import dev.sluice.proxy.auth.BasicAuth;
import dev.sluice.proxy.auth.Credentials;
import dev.sluice.proxy.connect.AddressRule;
import dev.sluice.proxy.forward.ForwardProxy;
import dev.sluice.proxy.server.ProxyServer;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A forward proxy for users with a name and a password. The log has a line for each request, with the user's name. All
 * others get 407.
 *
 * <p>Everyone on the network path can read the password. Listen on the loopback interface, as this recipe does, or use
 * TLS. A user can reach public addresses, and port 443 through CONNECT.
 */
public final class ForwardProxyWithUsers {
    private ForwardProxyWithUsers() {}

    /**
     * Starts the proxy at {@code port}, 0 for any.
     *
     * @param passwords the password of each user
     * @param log receives the lines; called from many threads
     */
    public static ProxyServer start(int port, Map<String, String> passwords, Consumer<String> log) {
        return start(port, passwords, log, AddressRule.PUBLIC);
    }

    static ProxyServer start(int port, Map<String, String> passwords, Consumer<String> log, AddressRule addresses) {
        ForwardProxy proxy = ForwardProxy.builder()
                .authentication(BasicAuth.of("proxy", Credentials.of(passwords)))
                .addresses(addresses)
                .build();
        return ProxyServer.builder()
                .port(port)
                .forward(proxy)
                .addFilter(userLog(log).at(Stage.EVERY_RESPONSE))
                .build()
                .start();
    }

    /** Outside of authentication, so that it sees also who is refused: the user is known when the proxy has answered. */
    private static ProxyFilter userLog(Consumer<String> log) {
        return (request, next) -> {
            ProxyResponse response = next.handle(request);
            Principal user = request.exchange().record().principal();
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
