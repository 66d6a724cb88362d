package dev.sluice.proxy.scope;

/**
 * In an exchange of a client that a forward proxy has let in: its request goes where any page wants that the client reads,
 * so what becomes of it does not speak against the client.
 */
public enum ClientsChoice {
    /** It does. */
    YES
}
