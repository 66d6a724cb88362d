package dev.sluice.proxy.connect.pool;

/** Why a connection of a pool was closed. */
enum End {
    /** Its user closed it, or it was not fit for another request. */
    IN_USE,
    /** Nobody used it for too long. */
    IDLE,
    /** Its lifetime was over. */
    EXPIRED,
    /** The origin had closed it, or sent something without a request. */
    DEAD,
    /** The name no longer has its address. */
    MOVED,
    /** There were too many, or the connector was closed. */
    SURPLUS
}
