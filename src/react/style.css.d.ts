// For `import "auth-intent/react/style.css"`, which TypeScript checks from 6 on.
export {}
