package dev.sluice.proxy.server;

import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.syntax.Methods;

/**
 * Answers 200 to every GET and HEAD that it gets: so there is an answer for as long as the process serves requests. It is
 * for the probe that has a process started anew, such as the {@code livenessProbe} of Kubernetes. It depends on no upstream
 * and no condition, because a new process would not help if one of those is down; {@link Readiness} is for them. Another
 * method gets 405. Safe for use by many threads.
 *
 * <pre>{@code
 * ProxyServer admin = ProxyServer.builder().port(9090).addRoute("/live", Liveness.DEFAULT).build();
 * }</pre>
 */
public final class Liveness implements ProxyHandler {
    /** The handler. */
    public static final Liveness DEFAULT = new Liveness();

    private Liveness() {}

    @Override
    public ProxyResponse handle(ProxyRequest request) {
        return Methods.isRead(request.method()) ? ProbeAnswer.text(200, "alive\n") : ProbeAnswer.otherMethod();
    }
}
