package dev.sluice.proxy.transport.jdk;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.HttpVersion;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.RequestTarget;
import dev.sluice.proxy.origin.Origin;
import dev.sluice.proxy.syntax.ConnectionFields;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A request as the client takes it. What the client would change or drop in silence is refused here. Of its own class,
 * as the client's builder gives every method but GET and DELETE a {@code Content-Length: 0}.
 */
final class JdkUpstreamRequest extends HttpRequest {
    private final String method;
    private final URI uri;
    private final HttpHeaders headers;
    private final HttpClient.Version version;
    private final @Nullable BodyPublisher body;

    private JdkUpstreamRequest(
            String method, URI uri, HttpHeaders headers, HttpClient.Version version, @Nullable BodyPublisher body) {
        this.method = method;
        this.uri = uri;
        this.headers = headers;
        this.version = version;
        this.body = body;
    }

    /**
     * The request for {@code origin}.
     *
     * @param version what is spoken if the origin agrees
     * @param body null for none, and no framing field
     * @throws ProxyException if the client cannot send it as it is: NOT_SUPPORTED, with the reason
     */
    static JdkUpstreamRequest of(ProxyRequest request, Origin origin, HttpVersion version, @Nullable BodyPublisher body)
            throws ProxyException {
        URI uri = uri(request, origin);
        Authority host = request.target().authority();
        if (host != null && host.sameAs(origin.authority(), origin.scheme())) {
            host = null;
        }
        if (host != null && !JvmProperties.hostHeaderAllowed()) {
            // Not for the client to see: how to start the JVM.
            throw new ProxyException(
                    Outcome.NOT_SUPPORTED,
                    Delivery.NOT_SENT,
                    "another Host than the upstream's needs the JVM to be started with "
                            + JdkTransport.HOST_HEADER_OPTION);
        }
        Map<String, List<String>> fields = fields(request.headers());
        if (host != null) {
            fields.put("Host", List.of(host.toString()));
        }
        // Without its own field the client tells the version of the JDK.
        fields.putIfAbsent("User-Agent", List.of(""));
        // In HTTP/2 the client takes the authority only from the URI.
        boolean http2 = version == HttpVersion.HTTP_2 && host == null;
        return new JdkUpstreamRequest(
                request.method(),
                uri,
                HttpHeaders.of(fields, (name, value) -> true),
                http2 ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1,
                body);
    }

    private static URI uri(ProxyRequest request, Origin origin) throws ProxyException {
        RequestTarget target = request.target();
        if (target.form() == RequestTarget.Form.AUTHORITY || request.method().equals("CONNECT")) {
            throw refused("CONNECT needs tunnels, which the JDK transport does not have");
        }
        if (request.upgrade() != null) {
            throw refused("an upgrade needs tunnels, which the JDK transport does not have");
        }
        if (target.form() == RequestTarget.Form.ASTERISK) {
            throw refused("the JDK transport cannot send a target of *");
        }
        String pathAndQuery = target.pathAndQuery();
        URI uri = isAscii(pathAndQuery) ? at(origin, pathAndQuery) : null;
        if (uri == null) {
            throw refused("the JDK transport cannot send a target with a character that must be percent-encoded");
        }
        return uri;
    }

    /** What the client connects to and takes the target from; null when {@link URI} cannot hold the path or the query. */
    private static @Nullable URI at(Origin origin, String pathAndQuery) {
        try {
            return new URI(origin.scheme() + "://" + origin.authority() + pathAndQuery);
        } catch (URISyntaxException outside) {
            return null;
        }
    }

    private static Map<String, List<String>> fields(Headers headers) throws ProxyException {
        Map<String, List<String>> fields = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (int i = 0; i < headers.size(); i++) {
            String name = headers.name(i);
            requireSendable(name, headers.value(i));
            fields.computeIfAbsent(name, ignored -> new ArrayList<>(1)).add(headers.value(i));
        }
        return fields;
    }

    private static void requireSendable(String name, String value) throws ProxyException {
        if (name.toLowerCase(Locale.ROOT).startsWith("proxy-")) {
            throw refused("the JDK transport cannot send the field " + name);
        }
        // They are written by the client; in Headers they would contradict it.
        if (ConnectionFields.isOfRequest(name)) {
            throw new ProxyException(
                    Outcome.FAILED, Delivery.NOT_SENT, "field " + name + " must not be among a request's headers");
        }
        if (!isAscii(value)) {
            throw refused("the JDK transport cannot send the field " + name + ": its value is not ASCII");
        }
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 0x7e) {
                return false;
            }
        }
        return true;
    }

    private static ProxyException refused(String why) {
        return ProxyException.refused(Outcome.NOT_SUPPORTED, why);
    }

    @Override
    public Optional<BodyPublisher> bodyPublisher() {
        return Optional.ofNullable(body);
    }

    @Override
    public String method() {
        return method;
    }

    /** None: the call has timers of its own. */
    @Override
    public Optional<Duration> timeout() {
        return Optional.empty();
    }

    @Override
    public boolean expectContinue() {
        return false;
    }

    @Override
    public URI uri() {
        return uri;
    }

    @Override
    public Optional<HttpClient.Version> version() {
        return Optional.of(version);
    }

    @Override
    public HttpHeaders headers() {
        return headers;
    }
}
