package dev.sluice.proxy.transport.jdk;

import dev.sluice.proxy.internal.RecordCredit;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * An engine of the JDK's server that logs a failed handshake, which the server does not, and refuses another handshake
 * on the same connection: a client of TLS 1.2 could begin one after another, and each costs the server more than the
 * client (RFC 9325 §3.5). TLS 1.3 does not have this. It also refuses a row of records without data. Everything else is
 * left to the engine. For one thread in each direction, as every engine.
 */
final class JdkListenerEngine extends SSLEngine {
    private final SSLEngine engine;
    private final JdkHandshakeLog failures;
    private final RecordCredit credit = new RecordCredit();
    private volatile boolean established;
    private volatile boolean logged;

    /** @param failures is told of a handshake that fails */
    JdkListenerEngine(SSLEngine engine, @Nullable String host, int port, JdkHandshakeLog failures) {
        super(host, port);
        this.failures = failures;
        this.engine = engine;
    }

    @Override
    public SSLEngineResult wrap(ByteBuffer[] sources, int offset, int length, ByteBuffer target) throws SSLException {
        return looked(() -> engine.wrap(sources, offset, length, target));
    }

    @Override
    public SSLEngineResult unwrap(ByteBuffer source, ByteBuffer[] targets, int offset, int length) throws SSLException {
        return looked(() -> {
            SSLEngineResult result = engine.unwrap(source, targets, offset, length);
            if (established && result.bytesConsumed() > 0) {
                credit.record();
            }
            if (result.bytesProduced() > 0) {
                credit.data();
            }
            return result;
        });
    }

    private SSLEngineResult looked(Step step) throws SSLException {
        boolean before = established;
        try {
            SSLEngineResult result = step.run();
            if (result.getHandshakeStatus() == HandshakeStatus.FINISHED) {
                established = true;
            } else if (before
                    && result.getHandshakeStatus() == HandshakeStatus.NEED_TASK
                    && !getSession().getProtocol().equals("TLSv1.3")) {
                throw new SSLException("the client began another handshake, which is refused");
            }
            return result;
        } catch (SSLException failure) {
            if (!logged) {
                logged = true;
                failures.failed(getPeerHost(), getPeerPort(), failure);
            }
            throw failure;
        }
    }

    @Override
    public @Nullable Runnable getDelegatedTask() {
        return engine.getDelegatedTask();
    }

    @Override
    public void closeInbound() throws SSLException {
        engine.closeInbound();
    }

    @Override
    public boolean isInboundDone() {
        return engine.isInboundDone();
    }

    @Override
    public void closeOutbound() {
        engine.closeOutbound();
    }

    @Override
    public boolean isOutboundDone() {
        return engine.isOutboundDone();
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return engine.getSupportedCipherSuites();
    }

    @Override
    public String[] getEnabledCipherSuites() {
        return engine.getEnabledCipherSuites();
    }

    @Override
    public void setEnabledCipherSuites(String[] suites) {
        engine.setEnabledCipherSuites(suites);
    }

    @Override
    public String[] getSupportedProtocols() {
        return engine.getSupportedProtocols();
    }

    @Override
    public String[] getEnabledProtocols() {
        return engine.getEnabledProtocols();
    }

    @Override
    public void setEnabledProtocols(String[] protocols) {
        engine.setEnabledProtocols(protocols);
    }

    @Override
    public SSLSession getSession() {
        return engine.getSession();
    }

    @Override
    public @Nullable SSLSession getHandshakeSession() {
        return engine.getHandshakeSession();
    }

    @Override
    public void beginHandshake() throws SSLException {
        engine.beginHandshake();
    }

    @Override
    public HandshakeStatus getHandshakeStatus() {
        return engine.getHandshakeStatus();
    }

    @Override
    public void setUseClientMode(boolean mode) {
        engine.setUseClientMode(mode);
    }

    @Override
    public boolean getUseClientMode() {
        return engine.getUseClientMode();
    }

    @Override
    public void setNeedClientAuth(boolean need) {
        engine.setNeedClientAuth(need);
    }

    @Override
    public boolean getNeedClientAuth() {
        return engine.getNeedClientAuth();
    }

    @Override
    public void setWantClientAuth(boolean want) {
        engine.setWantClientAuth(want);
    }

    @Override
    public boolean getWantClientAuth() {
        return engine.getWantClientAuth();
    }

    @Override
    public void setEnableSessionCreation(boolean flag) {
        engine.setEnableSessionCreation(flag);
    }

    @Override
    public boolean getEnableSessionCreation() {
        return engine.getEnableSessionCreation();
    }

    @Override
    public SSLParameters getSSLParameters() {
        return engine.getSSLParameters();
    }

    @Override
    public void setSSLParameters(SSLParameters parameters) {
        engine.setSSLParameters(parameters);
    }

    @Override
    public @Nullable String getApplicationProtocol() {
        return engine.getApplicationProtocol();
    }

    @Override
    public @Nullable String getHandshakeApplicationProtocol() {
        return engine.getHandshakeApplicationProtocol();
    }

    @FunctionalInterface
    private interface Step {
        SSLEngineResult run() throws SSLException;
    }
}
