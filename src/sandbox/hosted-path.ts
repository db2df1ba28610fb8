/** Where the pages of the hosted wizard are, under the base path; a link's token follows. */
export const hostedPath = "/hosted/auth/"
