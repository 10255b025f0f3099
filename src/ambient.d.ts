// What an import gives that is not a module: text embedded in the executable, and files beside it.
declare module "*.sql" {
  const text: string;
  export default text;
}
declare module "*.md" {
  const text: string;
  export default text;
}
