package dev.sluice.proxy.header;

import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyFilter;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Stage;
import dev.sluice.proxy.internal.Printable;
import dev.sluice.proxy.scope.OwnFields;
import dev.sluice.proxy.syntax.Ascii;
import dev.sluice.proxy.syntax.ConnectionFields;
import dev.sluice.proxy.syntax.FieldSet;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;

/**
 * Gives each request an id, by which it is found again in all logs on its way: the origin gets it, the client gets it with
 * the answer and on each standard page, and it is in the access log and the {@link dev.sluice.proxy.ExchangeRecord}. Also
 * what is refused before any filter has one, such as a request that cannot be read. Immutable, safe for use by many threads.
 *
 * <pre>{@code
 * ProxyServer.Builder server = ProxyServer.builder().addFilter(RequestId.DEFAULT);
 * }</pre>
 *
 * <p>An id is 16 random bytes in 32 hexadecimal digits. A peer that the server trusts ({@code trust(…)}), such as a proxy
 * in front of this one, may send its own: up to 128 letters, digits and {@code - . _ ~ + / = : @}. Any other client's is
 * replaced, as it could pass for that of somebody else, and so is the origin's in an answer.
 */
public final class RequestId implements ProxyFilter {
    /** In the field {@code X-Request-Id}. */
    public static final RequestId DEFAULT = new RequestId("X-Request-Id", new SecureRandom());

    private static final int BYTES = 16;
    private static final int LENGTH_LIMIT = 128;
    private static final String MARKS = "-._~+/=:@";

    private final String field;
    private final FieldSet spellings;
    private final RandomGenerator random;

    private RequestId(String field, RandomGenerator random) {
        this.field = field;
        this.spellings = FieldSet.of(field);
        this.random = random;
    }

    /**
     * The same with another field; {@code X-Request-Id} by default.
     *
     * @throws IllegalArgumentException if it is not the name of a field, or one of the connection; the message shows it
     */
    public RequestId withField(String name) {
        if (!Headers.isToken(name) || ConnectionFields.isOfRequest(name)) {
            throw new IllegalArgumentException("field cannot have a request id: \"" + Printable.of(name) + "\"");
        }
        return new RequestId(name, random);
    }

    /** The same with another source of ids, for tests; a {@link SecureRandom} by default. Many threads use it. */
    public RequestId withRandom(RandomGenerator source) {
        return new RequestId(field, Objects.requireNonNull(source, "random"));
    }

    /** The name of the field. */
    public String field() {
        return field;
    }

    /** {@link Stage#REQUEST_ID}. */
    @Override
    public Stage stage() {
        return Stage.REQUEST_ID;
    }

    @Override
    public ProxyResponse filter(ProxyRequest request, ProxyHandler next) throws IOException, InterruptedException {
        String id = id(request.exchange(), request.headers());
        OwnFields.add(request, spellings);
        // Also with underscores, as an origin may take that for the same field.
        Headers others = request.headers().without(spellings::hasAsCgi);
        ProxyRequest named =
                request.toBuilder().headers(others).header(field, id).build();
        return next.handle(named).toBuilder().header(field, id).build();
    }

    @Override
    public ProxyResponse page(Exchange exchange, ProxyResponse page) {
        ProxyRequest request = exchange.request();
        String id = id(exchange, request == null ? Headers.empty() : request.headers());
        return page.toBuilder().header(field, id).build();
    }

    /** The id that the exchange has, or its first one. */
    private String id(Exchange exchange, Headers received) {
        String known = exchange.record().requestId();
        if (known != null) {
            return known;
        }
        List<String> sent = received.all(field);
        String id = sent.size() == 1 && isTrusted(exchange) && isId(sent.get(0)) ? sent.get(0) : made();
        exchange.notes().requestId(id);
        return id;
    }

    private static boolean isTrusted(Exchange exchange) {
        Forwarding rule = exchange.get(Forwarding.class);
        return rule != null && rule.trusts(exchange.client().address().getAddress());
    }

    private static boolean isId(String text) {
        return text.length() <= LENGTH_LIMIT
                && !text.isEmpty()
                && text.chars().allMatch(c -> Ascii.isLetterOrDigit(c) || MARKS.indexOf(c) >= 0);
    }

    private String made() {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
