// The whole page.

export function App() {
  return <main>GlassMQ</main>;
}
